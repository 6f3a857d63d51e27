// What was traded while nobody listened comes from the exchange's minute bars, before anything newer goes on; what it does not give is told to
// be missing. The minute in which listening began is asked for once more when it has ended.
import { DAY_MS, MINUTE_MS, SECOND_MS, type TimeMs } from "../../../domain/time.ts";
import type { Clock } from "../../../runtime/clock/clock.ts";
import type { Log } from "../../../runtime/log/log.ts";
import type { Hole, Refusal, StreamResult } from "../source.ts";
import type { FillQueue } from "./fill-queue.ts";
import type { Klines } from "./klines.ts";
import { minuteOf, quoteOf } from "./minute-bar.ts";
import type { SymbolFeed } from "./symbol-feed.ts";

/** So long after its end a bar is what it will be, on whichever of the two clocks. */
const SETTLED_MS = 5 * SECOND_MS;
/** The newest prices wait for older ones as long as those come, and no longer than this after the last of them. */
const GIVEN_UP_MS = MINUTE_MS;
/** What was given up is asked for on, for the sake of what is looked up later. */
const LATE_MS_MAX = DAY_MS;
/** What is older is not filled: eleven answers. */
const FILLED_MS_MAX = 7 * DAY_MS;
/** An answer with rows that are none is not believed in what it leaves out, unless it has come so often. */
const DOUBTED_TRIES = 2;
const BACK_OFF_MS = SECOND_MS;
const BACK_OFF_MS_MAX = 5 * MINUTE_MS;

export interface HoleFillerOptions {
  readonly feed: SymbolFeed;
  readonly klines: Pick<FillQueue, "ask" | "fullUntil">;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1. */
  readonly random: () => number;
  /** As in `Quote.source`, for what the line tells and for what is not told at all. */
  readonly source: () => string;
  /** Told that the exchange which answered is a simulated one. */
  readonly onSimulated: () => void;
  readonly onResult: (result: StreamResult) => void;
}

/** What is missing. */
interface Missing {
  /** Whether newer prices wait for it; else they wait for the first answer only, whatever it is. */
  readonly isHole: boolean;
  /** When something was heard last; without a hole: when listening began. */
  readonly sinceMs: TimeMs;
  /** When listening began. */
  readonly listeningMs: TimeMs;
  /** When it began, on the monotonic clock. */
  readonly beganAt: number;
  /** Since when newer prices have waited for the next answer, on the same clock; null: they go on. */
  waitingSince: number | null;
  /** The first minute that is not known to be whole. */
  fromMs: TimeMs;
  readonly untilMs: TimeMs;
  /** It is told that this is missing. */
  isGivenUp: boolean;
  /** And nothing has come since: whatever is missing next is not waited for either. */
  isInVain: boolean;
}

/** Fills the holes of one symbol. */
export class HoleFiller {
  readonly #options: HoleFillerOptions;
  #filling: { readonly stop: AbortController; readonly missing: Missing; readonly done: Promise<unknown> } | null =
    null;

  constructor(options: HoleFillerOptions) {
    this.#options = options;
  }

  /** The first minute that is not known to be whole; null: nothing is missing. */
  get unsettledMs(): TimeMs | null {
    return this.#filling?.missing.fromMs ?? null;
  }

  /**
   * Nothing was heard since; null: listening begins, and only the minute that is under way is not known whole. `unsettledMs`: an earlier
   * minute that is not either.
   */
  begin(sinceMs: TimeMs | null, unsettledMs: TimeMs | null = null): void {
    const { feed } = this.#options;
    this.#filling?.stop.abort();
    const missing = this.#missing(sinceMs, unsettledMs, this.#filling?.missing);
    feed.hold();
    const stop = new AbortController();
    const asking = this.#run(missing, stop.signal)
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        this.#options.log.error({ symbol: feed.symbol, detail: String(error) }, "a hole could not be filled");
        this.#giveUp(missing, "the exchange could not be asked");
      })
      .then(() => {
        if (this.#filling?.missing === missing && !stop.signal.aborted) this.#filling = null;
        stop.abort();
      });
    const done = Promise.all([asking, this.#limitWait(missing, stop.signal)]);
    this.#filling = { stop, missing, done };
  }

  /** Asks no more. */
  async close(): Promise<void> {
    this.#filling?.stop.abort();
    await this.#filling?.done;
  }

  /** What is missing now, with what is still missing of `before`. */
  #missing(sinceMs: TimeMs | null, unsettledMs: TimeMs | null, before: Missing | undefined): Missing {
    const { clock } = this.#options;
    const listeningMs = clock.now();
    const beganAt = clock.monotonic();
    const wasHole = before !== undefined && before.isHole && !before.isGivenUp;
    const firstMs = minuteOf(sinceMs ?? listeningMs - SETTLED_MS);
    return {
      isHole: sinceMs !== null || wasHole,
      sinceMs: wasHole ? Math.min(before.sinceMs, sinceMs ?? Infinity) : (sinceMs ?? listeningMs),
      listeningMs,
      beganAt,
      waitingSince: before?.isInVain === true ? beganAt - GIVEN_UP_MS : (before?.waitingSince ?? beganAt),
      fromMs: Math.min(firstMs, before?.fromMs ?? Infinity, unsettledMs ?? Infinity),
      untilMs: minuteOf(listeningMs) + 2 * MINUTE_MS, // whichever of the two clocks is ahead
      isGivenUp: false,
      isInVain: false,
    };
  }

  async #run(missing: Missing, signal: AbortSignal): Promise<void> {
    const { clock, feed, klines, random } = this.#options;
    this.#cut(missing);
    for (let tries = 0; ;) {
      const { fromMs, untilMs } = missing;
      const isLast = clock.now() >= untilMs + SETTLED_MS;
      const answer = await klines.ask(feed.symbol, { fromMs, untilMs }, signal);
      signal.throwIfAborted();
      const isDoubted = answer.kind === "bars" && answer.refusedRows > 0 && tries < DOUBTED_TRIES;
      if (answer.kind === "refusal" || isDoubted) {
        if (answer.kind === "refusal" && this.#isHopeless(missing, answer.refusal)) return;
        if (!missing.isHole) this.#release(missing);
        const backOffMs = Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS * 2 ** tries) * (0.5 + random());
        tries += 1;
        await clock.sleep(Math.max(backOffMs, retryAfterOf(answer)), signal);
        continue;
      }
      tries = 0;
      const isAll = this.#isAll(missing, answer);
      this.#take(missing, answer, isLast && isAll);
      if (!isAll) continue;
      this.#release(missing);
      if (isLast) return;
      await clock.sleep(Math.max(0, untilMs + SETTLED_MS - clock.now()), signal);
    }
  }

  /** Whether there is no more to be had: an answer may end early, and what is behind its last bar comes with the next. */
  #isAll({ fromMs, untilMs }: Missing, { bars, fetchTimeMs }: Extract<Klines, { kind: "bars" }>): boolean {
    const lastMs = bars.at(-1)?.startMs ?? fromMs;
    return lastMs <= fromMs || lastMs + MINUTE_MS >= Math.min(untilMs, fetchTimeMs);
  }

  /** Newer prices go on when they have waited long enough for the exchange, whatever becomes of the question that is under way. */
  async #limitWait(missing: Missing, signal: AbortSignal): Promise<void> {
    const { clock, klines } = this.#options;
    while (missing.waitingSince !== null && !signal.aborted) {
      const leftMs = Math.max(missing.waitingSince, klines.fullUntil) + GIVEN_UP_MS - clock.monotonic();
      if (leftMs > 0) await clock.sleep(leftMs, signal).catch(() => undefined);
      else this.#giveUp(missing, "the exchange gave no bars in time");
    }
  }

  #release(missing: Missing): void {
    missing.waitingSince = null;
    this.#options.feed.release();
  }

  /** What will not change by asking again. */
  #isHopeless(missing: Missing, refusal: Refusal): boolean {
    const { feed, clock, log, onResult } = this.#options;
    log.debug({ symbol: feed.symbol, refusal: refusal.class, detail: refusal.message }, "no bars to fill a hole with");
    const isRefused = refusal.class === "bad_request";
    if (isRefused) onResult({ kind: "refusal", symbol: feed.symbol, refusal });
    if (!isRefused && clock.monotonic() - missing.beganAt < LATE_MS_MAX) return false;
    this.#giveUp(missing, "the exchange gives no bars of that time");
    return true;
  }

  #take(missing: Missing, answer: Extract<Klines, { kind: "bars" }>, isLast: boolean): void {
    const { feed, clock, source, onSimulated, onResult } = this.#options;
    const { symbol } = feed;
    const { fetchTimeMs, refusedRows, roundedPrices } = answer;
    if (answer.isSimulated) onSimulated(); // before the feed has the bars: it may hand them on before a trade has come
    if (missing.waitingSince !== null && answer.bars.length > 0) missing.waitingSince = clock.monotonic();
    missing.isInVain = false;
    const settledMs = fetchTimeMs - SETTLED_MS;
    const bars = feed.merge(answer.bars, settledMs, missing.listeningMs);
    const quotes = bars.map((bar) => quoteOf(bar, symbol, source(), fetchTimeMs));
    if (quotes.length > 0) onResult({ kind: "quotes", symbol, quotes, refusedRows, roundedPrices });
    this.#tellMissing(missing, new Set(answer.bars.map(({ startMs }) => startMs)), isLast);
    const unsettled = answer.bars.find(({ startMs }) => startMs + MINUTE_MS > settledMs);
    missing.fromMs = (unsettled ?? answer.bars.at(-1))?.startMs ?? missing.fromMs;
  }

  /** Minutes that the answer leaves out although nobody listened all the while; those after its last bar may still come. */
  #tellMissing(missing: Missing, told: ReadonlySet<TimeMs>, isLast: boolean): void {
    if (!missing.isHole || missing.isGivenUp) return;
    const lastMs = isLast ? missing.listeningMs : Math.max(...told);
    for (let startMs = missing.fromMs; startMs <= lastMs; startMs += MINUTE_MS) {
      if (told.has(startMs)) continue;
      let endMs = startMs + MINUTE_MS;
      while (endMs <= lastMs && !told.has(endMs)) endMs += MINUTE_MS;
      this.#tell(missing, startMs, endMs, "the exchange has no bars of that time");
      startMs = endMs;
    }
  }

  /** So old a hole is too long. */
  #cut(missing: Missing): void {
    const earliestMs = minuteOf(missing.listeningMs - FILLED_MS_MAX);
    if (missing.fromMs >= earliestMs) return;
    this.#tell(missing, missing.fromMs, earliestMs, `they are more than ${FILLED_MS_MAX / DAY_MS} days old`);
    missing.fromMs = earliestMs;
  }

  #giveUp(missing: Missing, reason: string): void {
    if (missing.isHole && !missing.isGivenUp) this.#tell(missing, missing.fromMs, missing.listeningMs, reason);
    this.#release(missing);
    missing.isGivenUp = true;
    missing.isInVain = true;
  }

  #tell(missing: Missing, startMs: TimeMs, endMs: TimeMs, reason: string): void {
    const { feed, source, onResult } = this.#options;
    const startTimeMs = Math.max(startMs, missing.sinceMs);
    const endTimeMs = Math.min(endMs, missing.listeningMs);
    if (endTimeMs <= startTimeMs) return;
    const { symbol } = feed;
    const hole: Hole = { symbol, source: source(), periodMs: MINUTE_MS, startTimeMs, endTimeMs, reason };
    onResult({ kind: "hole", symbol, hole });
  }
}

function retryAfterOf(answer: Klines): number {
  return answer.kind === "refusal" ? (answer.refusal.retryAfterMs ?? 0) : 0;
}
