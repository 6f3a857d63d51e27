// Between the answers and the spool: the server judges nothing that is older than what it judged last, so that newer prices wait until older
// ones have come, or are given up. Daily bars of the past, which nothing waits for, come when there is nothing else to ask.
import type { Quote } from "../../domain/quote.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { tradingMsBetween } from "../planner/news-times.ts";
import type { WatchedSymbol } from "../planner/plan-next.ts";
import type { GapSink, QuoteSink } from "../quote-sink.ts";
import type { KeyState } from "../rate-limiter.ts";
import type { FetchResult, HistorySource, Reach, Refusal, RefusalClass } from "../sources/source.ts";
import type { BackfillMemory } from "./backfill-memory.ts";
import { hasRoomForPast, wholeDays } from "./daily-room.ts";
import { cutHole, fillOf, FILLED_MS_MAX, holeAfter, holeBefore, isGivenUp, LATE_MS_MAX, monthToAsk } from "./hole.ts";
import { OpenHole } from "./open-hole.ts";

export interface BackfillOptions {
  readonly sink: QuoteSink;
  readonly gaps: GapSink;
  /** What the past is asked from; null: the source knows none. */
  readonly source: Pick<HistorySource, "fetchIntradayMonth" | "fetchDaily"> | null;
  readonly memory: BackfillMemory;
  /** Those that are watched now, whose past comes first where somebody waits for it. */
  readonly watched: () => readonly WatchedSymbol[];
  /** How many requests their newest prices will take before a day is over. */
  readonly dueRequests: () => number;
  readonly keyState: () => KeyState;
  /** Whether prices come often enough that a missing one is a hole: not where they come by the day. */
  readonly looksForHoles: boolean;
  /** Of ticks, which come one at a time and are not told again, so much trading without one is a hole; null: they come as somebody has set. */
  readonly tickHoleMs: () => number | null;
  /** How long newer prices wait; the past is asked once in any case. Unset: LATE_MS_MAX. */
  readonly lateMsMax?: number;
  /** Whether symbols get their daily bars of the past. */
  readonly fetchesDaily: boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** After a try that did not help; a few fit into the time that newer prices wait. */
const RETRY_MS = 2 * MINUTE_MS;
/** After daily bars were asked for in vain. */
const DAILY_RETRY_MS = HOUR_MS;

/** Fills holes, and fetches the past of new symbols. A sink for answers; what is told to it is in the sink behind it or waits here. */
export class Backfill implements QuoteSink {
  readonly #options: BackfillOptions;
  readonly #open = new Map<string, OpenHole>();
  /** Symbols that were answered for and whose daily bars are not there, with when to ask, on the monotonic clock. */
  readonly #dailyAt = new Map<string, number>();
  #changed = new AbortController();
  #running: Promise<void> | null = null;

  constructor(options: BackfillOptions) {
    this.#options = options;
  }

  async put(quotes: readonly Quote[], signal: AbortSignal, reach?: Reach): Promise<void> {
    const { sink, memory } = this.#options;
    const symbol = reach?.symbol ?? quotes[0]?.symbol ?? "";
    const open = this.#open.get(symbol);
    if (open !== undefined && (await this.#waitsFor(open, reach))) {
      open.hold(quotes, reach?.untilMs ?? null);
      return;
    }
    if (reach !== undefined && (await this.#begin(reach, quotes))) return;
    await sink.put(quotes, signal);
    if (reach === undefined) return;
    memory.noteHandedOn(reach, reach.untilMs);
    this.#wantDaily(symbol);
  }

  /** Resolves when nothing is under way. */
  ended(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  /** Resolves when no price waits for an older one. */
  async filled(): Promise<void> {
    while (this.#open.size > 0 && this.#running !== null) await this.#running;
  }

  /** False, and the hole is given up, if there is another hole between what waits and what comes: the machine slept. */
  async #waitsFor(open: OpenHole, reach: Reach | undefined): Promise<boolean> {
    if (reach === undefined || holeBefore(open.untilMs, reach.fromMs, tradesIn(reach)) === null) return true;
    await this.#giveUp(open, "prices were missing again before they came");
    return false;
  }

  /** Whether there is a hole before this answer, and it waits now. */
  async #begin(reach: Reach, quotes: readonly Quote[]): Promise<boolean> {
    const { memory, source, clock, log, gaps, signal, looksForHoles, tickHoleMs } = this.#options;
    const silenceMs = reach.periodMs === 0 ? (tickHoleMs() ?? Infinity) : 0;
    const hole = holeBefore(memory.handedOnUntil(reach), reach.fromMs, tradesIn(reach, silenceMs));
    if (!looksForHoles || hole === null || this.#open.has(reach.symbol)) return false;
    const { old, rest } = cutHole(hole);
    const open = new OpenHole(reach, rest, quotes, clock.monotonic(), this.#lateMsMax);
    this.#open.set(reach.symbol, open);
    log.info({ symbol: reach.symbol, ...textOf(hole) }, "prices are missing: newer ones wait until they have come");
    if (old !== null)
      await gaps.putGaps([open.gap(`they are more than ${FILLED_MS_MAX / DAY_MS} days old`, old)], signal);
    if (source === null || reach.periodMs === 0) await this.#giveUp(open, "the source does not tell them afterwards");
    else this.#start();
    return true;
  }

  get #lateMsMax(): number {
    return this.#options.lateMsMax ?? LATE_MS_MAX;
  }

  #start(): void {
    this.#changed.abort();
    this.#running ??= this.#run();
  }

  /** One request at a time, so that live prices are asked for in between. */
  async #run(): Promise<void> {
    const { clock, signal, log } = this.#options;
    await Promise.resolve();
    try {
      while (!signal.aborted && (await this.#doNext()));
    } catch (error) {
      if (!signal.aborted) log.error({ detail: String(error) }, "the past cannot be asked for");
      await clock.sleep(RETRY_MS, signal).catch(() => undefined);
    }
    this.#running = null;
    if (!signal.aborted && this.#open.size > 0) this.#start();
  }

  /** False when there is nothing to do. */
  async #doNext(): Promise<boolean> {
    const { clock } = this.#options;
    if (this.#changed.signal.aborted) this.#changed = new AbortController();
    const now = clock.monotonic();
    const holes = this.#inOrder([...this.#open.keys()]).flatMap((symbol) => this.#open.get(symbol) ?? []);
    const due = holes.find(({ dueAt }) => dueAt <= now);
    if (due !== undefined) {
      await this.#attend(due, now);
      return true;
    }
    const symbol = this.#nextDaily(now);
    if (symbol !== undefined) await this.#fetchDaily(symbol);
    else if (holes.length > 0) await this.#sleep(Math.min(...holes.map(({ dueAt }) => dueAt)) - now);
    return symbol !== undefined || holes.length > 0;
  }

  async #attend(open: OpenHole, now: number): Promise<void> {
    const { source, log, signal } = this.#options;
    const waitedMs = now - open.foundAt;
    const isGivenUpNow = (refusal: RefusalClass | null) => isGivenUp(refusal, waitedMs, this.#lateMsMax);
    if (source === null || (open.wasAsked && isGivenUpNow(null))) {
      const within = this.#lateMsMax > 0 ? ` within ${this.#lateMsMax / MINUTE_MS} minutes` : "";
      await this.#giveUp(open, `the source did not tell them${within}`);
      return;
    }
    const { symbol } = open.reach;
    const asked = monthToAsk(open.rest);
    open.tryAt = now + RETRY_MS;
    open.wasAsked = true;
    const result = await source.fetchIntradayMonth(symbol, asked.month, signal, { tries: 1 });
    if (result.kind === "refusal") {
      const { class: refusal, message: detail } = result.refusal;
      log.debug({ symbol, refusal, detail }, "no bars to fill a hole with");
      if (isGivenUpNow(refusal)) await this.#giveUp(open, `the source does not tell them (${refusal})`);
      else open.tryAt = this.#tryAfter(result.refusal);
      return;
    }
    await this.#take(open, result, asked.span);
  }

  async #take(
    open: OpenHole,
    { quotes }: Extract<FetchResult, { kind: "quotes" }>,
    month: { readonly startMs: TimeMs; readonly endMs: TimeMs },
  ): Promise<void> {
    const { sink, memory, clock, signal } = this.#options;
    const { symbol, source, periodMs } = open.reach;
    if (this.#open.get(symbol) !== open) return; // given up meanwhile
    const bars = quotes.filter((bar) => bar.source === source && bar.periodMs === periodMs);
    await sink.put(fillOf(open.rest, bars), signal);
    const rest = holeAfter(open.rest, bars, month, tradesIn(open.reach));
    if (rest === null) {
      await this.#close(open, "missing prices have come");
      return;
    }
    memory.noteHandedOn(open.reach, rest.startMs);
    if (rest.startMs >= month.endMs) [open.tryAt, open.wasAsked] = [clock.monotonic(), false]; // the next month
    open.rest = rest;
  }

  async #giveUp(open: OpenHole, reason: string): Promise<void> {
    const { gaps, log, signal } = this.#options;
    const gap = open.gap(reason);
    log.warn({ symbol: gap.symbol, ...textOf(open.rest), reason }, "prices are missing for good");
    await gaps.putGaps([gap], signal);
    await this.#close(open, "newer prices go on");
  }

  /** What waited goes on. */
  async #close(open: OpenHole, message: string): Promise<void> {
    const { sink, memory, log, signal } = this.#options;
    const { symbol } = open.reach;
    for (let held = open.takeHeld(); held.length > 0; held = open.takeHeld()) await sink.put(held, signal);
    memory.noteHandedOn(open.reach, open.untilMs);
    if (this.#open.get(symbol) === open) this.#open.delete(symbol);
    log.info({ symbol }, message);
    this.#wantDaily(symbol);
  }

  #wantDaily(symbol: string): void {
    const { memory, source, clock, fetchesDaily } = this.#options;
    if (!fetchesDaily || source === null || memory.hasDaily(symbol)) return;
    if (!this.#dailyAt.has(symbol)) this.#dailyAt.set(symbol, clock.monotonic());
    this.#start();
  }

  #nextDaily(now: number): string | undefined {
    const { keyState, dueRequests, watched } = this.#options;
    const wanted = new Set(watched().map(({ symbol }) => symbol));
    for (const symbol of this.#dailyAt.keys()) if (!wanted.has(symbol)) this.#dailyAt.delete(symbol);
    const due = [...this.#dailyAt].filter(([, at]) => at <= now).map(([symbol]) => symbol);
    const state = keyState();
    if (due.length === 0 || state.heldUntilMs !== null || !hasRoomForPast(state, dueRequests())) return undefined;
    return this.#inOrder(due)[0];
  }

  async #fetchDaily(symbol: string): Promise<void> {
    const { source, sink, memory, clock, log, signal } = this.#options;
    const result = await source?.fetchDaily(symbol, signal, { tries: 1 });
    if (result === undefined) return;
    if (result.kind === "refusal" && !isGivenUp(result.refusal.class, 0) && result.refusal.class !== "no_data") {
      log.debug({ symbol, refusal: result.refusal.class, detail: result.refusal.message }, "no daily bars of the past");
      this.#dailyAt.set(symbol, clock.monotonic() + DAILY_RETRY_MS);
      return;
    }
    const days = result.kind === "quotes" ? wholeDays(result.quotes) : [];
    await sink.put(days, signal);
    this.#dailyAt.delete(symbol);
    memory.noteDaily(symbol, clock.now());
    const level = days.length > 0 ? "info" : "debug"; // a source that has no past, as a simulated one, has none of any symbol
    log[level]({ symbol, days: days.length }, "daily bars of the past");
  }

  #tryAfter({ retryAfterMs }: Refusal): number {
    return this.#options.clock.monotonic() + Math.max(RETRY_MS, retryAfterMs ?? 0);
  }

  /** Symbols with alerts first. */
  #inOrder(symbols: readonly string[]): readonly string[] {
    const alerted = new Set(this.#options.watched().flatMap(({ symbol, hasAlerts }) => (hasAlerts ? [symbol] : [])));
    return symbols.toSorted((a, b) => Number(alerted.has(b)) - Number(alerted.has(a)));
  }

  async #sleep(ms: number): Promise<void> {
    const { clock, signal } = this.#options;
    const either = AbortSignal.any([signal, this.#changed.signal]);
    await clock.sleep(ms, either).catch((error: unknown) => {
      if (!either.aborted) throw error;
    });
  }
}

/** Whether the market of a series trades for more than so long. */
function tradesIn({ symbol, neverCloses }: Reach, silenceMs = 0): (fromMs: TimeMs, untilMs: TimeMs) => boolean {
  return (fromMs, untilMs) => tradingMsBetween({ symbol, neverCloses }, fromMs, untilMs) > silenceMs;
}

/** For the log. */
function textOf({ startMs, endMs }: { readonly startMs: TimeMs; readonly endMs: TimeMs }): object {
  return { from: new Date(startMs).toISOString(), until: new Date(endMs).toISOString() };
}
