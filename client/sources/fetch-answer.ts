import type { RequestInit, Response } from "node-fetch";
import { SECOND_MS, type TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Refusal } from "./source.ts";
import { retryAfterMs } from "./retry-after.ts";
import { refusalOf } from "./refusal.ts";

/** What came over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  /** Empty if not given. */
  readonly contentType: string;
  /** What its `Content-Disposition` calls the file; unset: it does not. */
  readonly fileName?: string;
  /** How long its `Retry-After` asks to wait; null: it does not. */
  readonly retryAfterMs: number | null;
  /** Null if the bytes were no UTF-8. */
  readonly body: string | null;
}

/** node-fetch, or what a test puts in its place. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What came back, when, and from which server software; or that nothing usable did. */
export type Fetched =
  | { readonly kind: "answer"; readonly answer: HttpAnswer; readonly server: string; readonly fetchTimeMs: TimeMs }
  | { readonly kind: "refusal"; readonly refusal: Refusal };

/** From sending the request to the last byte of the answer. */
export const ANSWER_MS_MAX = 10 * SECOND_MS;
/** A full month of minute bars has 2.5 MB. */
export const ANSWER_BYTES_MAX = 5_000_000;

class AnswerTooLong extends Error {}

/**
 * Gets one URL, with limits on time and size; redirects are not followed, since the URL carries the key. What goes wrong
 * on the way becomes a refusal whose message is made here: the library's own quote the URL. Throws only the signal's reason.
 */
export async function fetchAnswer(url: string, fetch: Fetch, clock: Clock, signal: AbortSignal): Promise<Fetched> {
  signal.throwIfAborted();
  const request = new AbortController();
  const stop = (): void => request.abort();
  const state = { late: false };
  signal.addEventListener("abort", stop, { once: true });
  const timer = clock.sleep(ANSWER_MS_MAX, request.signal).then(
    () => {
      state.late = true;
      stop();
    },
    () => undefined, // the answer came first
  );
  try {
    return await receive(await fetch(url, requestInit(request.signal)), clock);
  } catch (error) {
    signal.throwIfAborted();
    return { kind: "refusal", refusal: state.late ? tooLate() : refusalOfFailure(error) };
  } finally {
    stop(); // ends the timer, and the connection of an answer that was not read to its end
    signal.removeEventListener("abort", stop);
    await timer;
  }
}

/** Any `Accept` narrower than this is answered 406. */
function requestInit(signal: AbortSignal): RequestInit {
  return { signal, redirect: "manual", headers: { Accept: "*/*", "User-Agent": "tickerbell" } };
}

async function receive(response: Response, clock: Clock): Promise<Fetched> {
  // Aborting later makes the library emit an error on the body; nobody listening would end the process.
  response.body?.on("error", () => undefined);
  const body = await readBody(response);
  const header = (name: string): string => response.headers.get(name) ?? "";
  const [, fileName] = /\bfilename="?([^";]+)/i.exec(header("content-disposition")) ?? [];
  const answer = {
    status: response.status,
    contentType: header("content-type"),
    ...(fileName === undefined ? {} : { fileName }),
    retryAfterMs: retryAfterMs(header("retry-after"), header("date"), clock.now()),
    body: decode(body),
  };
  return { kind: "answer", answer, server: header("server"), fetchTimeMs: clock.now() };
}

async function readBody(response: Response): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new AnswerTooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function tooLate(): Refusal {
  return refusalOf("outage", `the source did not answer within ${ANSWER_MS_MAX / SECOND_MS} s`);
}

function refusalOfFailure(error: unknown): Refusal {
  if (error instanceof AnswerTooLong) {
    return refusalOf("malformed", `the answer is longer than ${ANSWER_BYTES_MAX / 1_000_000} MB`);
  }
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  // A code is a constant such as ECONNRESET; nothing else of the error is passed on.
  return refusalOf("outage", `the source cannot be reached${/^[A-Z0-9_]{2,60}$/.test(code) ? ` (${code})` : ""}`);
}
