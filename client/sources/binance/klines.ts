// The exchange's own minute bars over HTTPS: what fills a hole, and what is asked for when somebody asks.
import nodeFetch from "node-fetch";
import { parseDecimal } from "../../../domain/decimal.ts";
import { parsePrice } from "../../../domain/price.ts";
import { MINUTE_MS, type TimeMs } from "../../../domain/time.ts";
import type { Clock } from "../../../runtime/clock/clock.ts";
import { oneLine, refusalOf } from "../refusal.ts";
import { fetchAnswer, type Fetch, type HttpAnswer } from "../fetch-answer.ts";
import { fieldOf, isJsonObject } from "../json-object.ts";
import { isSimulator } from "../simulator.ts";
import type { Refusal, RefusalClass } from "../source.ts";
import type { MinuteBar } from "./minute-bar.ts";
import { EARLIEST_MS, parseAmount } from "./trade-message.ts";

/** The service gives no more in one answer. */
const KLINES_MAX = 1_000;
/** From one request to the next: so 2,400 of the 6,000 weights a minute are used at most. */
const SPACING_MS = 50;
/** When the service says for how long it bars an address and leaves out the time. */
const BARRED_MS = MINUTE_MS;

/** Which bars: those that begin in [fromMs, untilMs), the oldest first; or so many of the newest. */
export type KlinesWanted = { readonly fromMs: TimeMs; readonly untilMs: TimeMs } | { readonly newest: number };

/** What came back. */
export type Klines =
  | {
      readonly kind: "bars";
      /** Oldest first; the last may still be forming. */
      readonly bars: readonly MinuteBar[];
      readonly refusedRows: number;
      readonly roundedPrices: number;
      readonly isSimulated: boolean;
      readonly fetchTimeMs: TimeMs;
    }
  | { readonly kind: "refusal"; readonly refusal: Refusal };

export interface KlineServiceOptions {
  /** Such as `https://api.binance.com`. */
  readonly url: string;
  readonly clock: Clock;
  readonly fetch?: Fetch;
}

/** Asks for minute bars, one request after the other. */
export class KlineService {
  readonly #options: KlineServiceOptions;
  #turn: Promise<unknown> = Promise.resolve();
  /** On the monotonic clock. */
  #freeAt = -Infinity;
  #barred: Refusal | null = null;

  constructor(options: KlineServiceOptions) {
    this.#options = options;
  }

  /** Throws only the signal's reason. An address that is barred is not asked from. */
  ask(symbol: string, wanted: KlinesWanted, signal: AbortSignal): Promise<Klines> {
    const asked = this.#turn.then(() => this.#ask(symbol, wanted, signal));
    this.#turn = asked.catch(() => undefined);
    return asked;
  }

  async #ask(symbol: string, wanted: KlinesWanted, signal: AbortSignal): Promise<Klines> {
    const { url, clock, fetch = nodeFetch } = this.#options;
    signal.throwIfAborted();
    const waitMs = this.#freeAt - clock.monotonic();
    if (waitMs > 0 && this.#barred !== null)
      return { kind: "refusal", refusal: { ...this.#barred, retryAfterMs: waitMs } };
    if (waitMs > 0) await clock.sleep(waitMs, signal);
    this.#freeAt = clock.monotonic() + SPACING_MS;
    this.#barred = null;
    const fetched = await fetchAnswer(klinesUrl(url, symbol, wanted), fetch, clock, signal);
    if (fetched.kind === "refusal") return fetched;
    const { answer, fetchTimeMs, server } = fetched;
    const klines = parseKlines(answer, wanted, { fetchTimeMs, isSimulated: isSimulator(server) });
    if (klines.kind === "refusal" && klines.refusal.class === "throttle") this.#bar(klines.refusal);
    return klines;
  }

  #bar(refusal: Refusal): void {
    this.#barred = refusal;
    this.#freeAt = this.#options.clock.monotonic() + (refusal.retryAfterMs ?? BARRED_MS);
  }
}

function klinesUrl(root: string, symbol: string, wanted: KlinesWanted): string {
  const which: Record<string, string> =
    "newest" in wanted
      ? { limit: String(wanted.newest) }
      : { startTime: String(wanted.fromMs), endTime: String(wanted.untilMs - 1), limit: String(KLINES_MAX) };
  return `${root}/api/v3/klines?${new URLSearchParams({ symbol, interval: "1m", ...which }).toString()}`;
}

/** Reads an answer: rows that are not positively bars of the time that was asked for are counted and left out. */
export function parseKlines(
  answer: HttpAnswer,
  wanted: KlinesWanted,
  { fetchTimeMs, isSimulated }: { readonly fetchTimeMs: TimeMs; readonly isSimulated: boolean },
): Klines {
  const value = parseJson(answer.body);
  if (answer.status !== 200) return refused(classOf(answer.status, value), wordsOf(answer.status, value), answer);
  if (!Array.isArray(value)) return refused("malformed", "the answer is no list of bars", answer);
  const bars: MinuteBar[] = [];
  let roundedPrices = 0;
  for (const row of value) {
    const read = barOf(row);
    if (read === null || !isWanted(read.bar.startMs, bars.at(-1), wanted, fetchTimeMs)) continue;
    bars.push(read.bar);
    roundedPrices += read.rounded;
  }
  const refusedRows = value.length - bars.length;
  if (bars.length === 0 && refusedRows > 0) return refused("malformed", `none of ${refusedRows} rows is a bar`, answer);
  return { kind: "bars", bars, refusedRows, roundedPrices, isSimulated, fetchTimeMs };
}

function isWanted(startMs: TimeMs, last: MinuteBar | undefined, wanted: KlinesWanted, now: TimeMs): boolean {
  if (startMs % MINUTE_MS !== 0 || startMs < EARLIEST_MS || startMs > now + MINUTE_MS) return false;
  if (last !== undefined && startMs <= last.startMs) return false;
  return "newest" in wanted || (startMs >= wanted.fromMs && startMs < wanted.untilMs);
}

/** `[start, open, high, low, close, volume, end, …]`: times are numbers, amounts are texts. */
function barOf(row: unknown): { readonly bar: MinuteBar; readonly rounded: number } | null {
  if (!Array.isArray(row)) return null;
  const [startMs, ...texts] = row as readonly unknown[];
  const prices = texts.slice(0, 4).map((text) => parseAmount(text, parsePrice));
  const [open, high, low, close] = prices.map((parsed) => parsed?.price ?? NaN);
  const volume = parseAmount(texts[4], parseDecimal);
  if (typeof startMs !== "number" || !Number.isSafeInteger(startMs) || volume === null) return null;
  if (open === undefined || high === undefined || low === undefined || close === undefined) return null;
  const isSound = low <= Math.min(open, close) && Math.max(open, close) <= high; // false for what is no number
  if (!isSound) return null;
  return { bar: { startMs, open, high, low, close, volume }, rounded: prices.filter((one) => one?.rounded).length };
}

function parseJson(body: string | null): unknown {
  try {
    return JSON.parse(body ?? "");
  } catch {
    return undefined;
  }
}

function classOf(status: number, value: unknown): RefusalClass {
  if (status === 429 || status === 418) return "throttle";
  if (status === 451) return "not_entitled";
  if (status === 400 && isJsonObject(value)) return "bad_request";
  return status === 404 ? "bad_request" : "outage";
}

function wordsOf(status: number, value: unknown): string {
  const words = isJsonObject(value) ? fieldOf(value, "msg") : undefined;
  return typeof words === "string" && words !== "" ? oneLine(words) : `the source answered HTTP ${status}`;
}

function refused(refusalClass: RefusalClass, message: string, { retryAfterMs }: HttpAnswer): Klines {
  return { kind: "refusal", refusal: refusalOf(refusalClass, message, retryAfterMs) };
}
