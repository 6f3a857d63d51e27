// A service that fails in every way there is: for a while in one way, and now and then once.
import { Response } from "node-fetch";
import { Readable } from "node:stream";
import type { Fetch } from "../../client/sources/fetch-answer.ts";
import { MINUTE_MS, SECOND_MS, type TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";

const FAILURES = ["drop", "reset", "silence", "away for seconds", "away until", "page", "throttle", "cut off"] as const;
export type Failure = (typeof FAILURES)[number];

/** From `fromMs` until before `toMs` nothing else comes. */
export interface Outage {
  readonly fromMs: TimeMs;
  readonly toMs: TimeMs;
  readonly failure: Failure;
}

const JSON_TYPE = { "Content-Type": "application/json" };
const BURST = '{"Information": "Burst pattern detected. Please query no more than 5 requests per second."}';

/** Outages of 20 s to 45 minutes with some minutes between them, every failure in turn; from `longMs` on one of three hours. */
export function outagesBetween(fromMs: TimeMs, toMs: TimeMs, longMs: TimeMs | null, random: () => number): Outage[] {
  const outages: Outage[] =
    longMs === null ? [] : [{ fromMs: longMs, toMs: longMs + 180 * MINUTE_MS, failure: "drop" }];
  let startMs = fromMs;
  for (let count = 0; startMs < toMs; count += 1) {
    const endMs = startMs + 20 * SECOND_MS + random() ** 2 * 45 * MINUTE_MS;
    outages.push({ fromMs: startMs, toMs: endMs, failure: FAILURES[count % FAILURES.length] ?? "drop" });
    startMs = endMs + (3 + 30 * random()) * MINUTE_MS;
  }
  return outages;
}

interface FailingOptions {
  readonly outages: readonly Outage[];
  /** The share of requests that fail besides, each in a way of its own. */
  readonly share: () => number;
  readonly clock: Clock;
  readonly random: () => number;
}

/** The service with its failures; `seen` counts them by kind. */
export function failing(
  fetch: Fetch,
  { outages, share, clock, random }: FailingOptions,
  seen: Map<Failure, number>,
): Fetch {
  const failureNow = (): Failure | undefined => {
    const now = clock.now();
    const outage = outages.find(({ fromMs, toMs }) => now >= fromMs && now < toMs);
    if (outage !== undefined) return outage.failure;
    return random() < share() ? FAILURES[Math.floor(random() * FAILURES.length)] : undefined;
  };
  return async (url, init) => {
    const failure = failureNow();
    if (failure === undefined) return fetch(url, init);
    seen.set(failure, (seen.get(failure) ?? 0) + 1);
    return failed(failure, () => fetch(url, init), init.signal as AbortSignal, clock);
  };
}

function failed(
  failure: Failure,
  fetch: () => Promise<Response>,
  signal: AbortSignal,
  clock: Clock,
): Promise<Response> {
  switch (failure) {
    case "drop":
      return Promise.reject(Object.assign(new Error("connect"), { code: "ECONNREFUSED" }));
    case "silence":
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
    case "reset":
      return halfOf(fetch, (text) => Readable.from(brokenAfter(text)));
    case "cut off":
      return halfOf(fetch, (text) => text);
    case "away for seconds":
      return answered(503, "<title>Application Error</title>", { "Retry-After": "20" });
    case "away until":
      return answered(429, "", { "Retry-After": new Date(clock.now() + 30 * SECOND_MS).toUTCString() });
    case "page":
      return answered(200, "<!doctype html><title>We are back soon</title>", { "Content-Type": "text/html" });
    case "throttle":
      return answered(200, BURST, JSON_TYPE);
  }
}

function answered(status: number, body: string, headers: Record<string, string>): Promise<Response> {
  return Promise.resolve(new Response(body, { status, headers }));
}

async function halfOf(fetch: () => Promise<Response>, bodyOf: (text: string) => string | Readable): Promise<Response> {
  const text = await (await fetch()).text();
  return new Response(bodyOf(text.slice(0, text.length / 2)), { headers: JSON_TYPE });
}

async function* brokenAfter(text: string): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from(text));
  throw Object.assign(new Error("socket"), { code: "ECONNRESET" });
}
