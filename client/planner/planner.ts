// The first hop of a quote's story: decides what is asked next, waits until then, and learns from what came of it.
import type { Quote } from "../../domain/quote.ts";
import { MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { RoundWatcher } from "../fetch-round.ts";
import type { RateLimiter } from "../rate-limiter.ts";
import type { FetchResult, Refusal } from "../sources/source.ts";
import { announce, type SymbolPlan } from "./announce.ts";
import type { AnswerMemory } from "./answer-memory.ts";
import { isBehind, lastNews } from "./news-times.ts";
import { paceOf, type KeyTerms, type Pace } from "./pace.ts";
import { planNext, type AskReason, type PlanInput, type WatchedSymbol } from "./plan-next.ts";
import { isOfAll, retryWaitMs } from "./retry-waits.ts";

export interface PlannerOptions {
  /** What is watched now. Call `replan` when that has changed. */
  readonly watched: () => readonly WatchedSymbol[];
  readonly terms: KeyTerms;
  readonly limiter: Pick<RateLimiter, "state">;
  readonly answers: AnswerMemory;
  readonly clock: Clock;
  /**
   * Asks for these and tells the planner's watcher what came; ends early after a refusal of which `ends` is true. Never rejects.
   */
  readonly onRound: (symbols: readonly string[], why: AskReason, ends: (refusal: Refusal) => boolean) => Promise<void>;
  /** Told what is planned, whenever that may have changed, and when the next round is; null: none is. */
  readonly onPlan: (plans: readonly SymbolPlan[], nextTimeMs: TimeMs | null) => void;
}

interface Answered {
  readonly quotes: readonly Quote[];
  readonly timeMs: TimeMs;
}

/** No sleep is longer, so that a clock that is set, or a machine that slept, is noticed. */
const LONGEST_SLEEP_MS = MINUTE_MS;

/** Plans and asks until its signal ends it. It is told what comes by being a watcher of the rounds, of those that others begin as well. */
export class Planner implements RoundWatcher {
  readonly #options: PlannerOptions;
  #changed = new AbortController();
  /** Until when nothing is asked because the source gave no answer at all, on the monotonic clock. */
  #waitUntil = -Infinity;
  #refusedTimeMs: TimeMs | null = null;
  #refusals = 0;
  /** How often in a row a symbol's answer told nothing of the day that it should have told of. */
  readonly #late = new Map<string, number>();
  /** What came and is not taken in yet. */
  readonly #answered = new Map<string, Answered>();
  /** The symbols of the round under way of which nothing is known yet. */
  readonly #open = new Set<string>();

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /** Resolves when the signal has ended it. Throws what `onRound` throws. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const input = this.#input();
      const asks = planNext(input);
      const [first] = asks;
      this.#options.onPlan(announce(input, asks), first?.timeMs ?? null);
      if (first === undefined || first.timeMs > input.now) {
        await this.#sleep((first?.timeMs ?? Infinity) - input.now, signal);
      } else {
        const due = asks.filter(({ timeMs }) => timeMs <= input.now).map(({ symbol }) => symbol);
        await this.#ask(due, first.why, input.pace);
      }
    }
  }

  /** What is watched has changed. */
  replan(): void {
    this.#changed.abort();
  }

  noteResult(result: FetchResult): void {
    this.#open.delete(result.symbol);
    if (result.kind === "quotes") this.#noteAnswer(result);
    else this.#noteRefusal(result.symbol, result.refusal);
  }

  noteTaken(symbol: string): void {
    const answered = this.#answered.get(symbol);
    if (answered === undefined) return;
    this.#answered.delete(symbol);
    this.#refusals = 0;
    this.#refusedTimeMs = null;
    this.#waitUntil = -Infinity;
    this.#options.answers.noteAnswer(symbol, answered.quotes, answered.timeMs);
    this.#noteLateness(symbol);
  }

  noteFailedTry(): void {
    // What becomes of the whole request is told afterwards.
  }

  async #ask(symbols: readonly string[], why: AskReason, pace: Pace): Promise<void> {
    this.#open.clear();
    for (const symbol of symbols) this.#open.add(symbol);
    const progress = { hasEnded: false };
    await this.#options.onRound(symbols, why, (refusal) => {
      progress.hasEnded ||= pace.kind === "days" && isOfAll(refusal.class);
      return progress.hasEnded;
    });
    if (!progress.hasEnded) for (const symbol of this.#open) this.#noteFailure(symbol, "malformed"); // the round broke
  }

  /** It tells what there was when it came, however long the spool takes to take it in. */
  #noteAnswer({ symbol, quotes }: Extract<FetchResult, { kind: "quotes" }>): void {
    this.#answered.set(symbol, { quotes, timeMs: this.#options.clock.now() });
  }

  #noteRefusal(symbol: string, { class: refusal }: Refusal): void {
    this.#noteFailure(symbol, refusal);
    const { kind } = this.#pace();
    if (kind !== "days" || !isOfAll(refusal)) return;
    const { clock } = this.#options;
    this.#refusals += 1;
    this.#refusedTimeMs = clock.now();
    this.#waitUntil = clock.monotonic() + retryWaitMs(refusal, this.#refusals, kind);
  }

  #noteFailure(symbol: string, refusal: Refusal["class"]): void {
    const { answers } = this.#options;
    answers.noteFailure(symbol, retryWaitMs(refusal, answers.of(symbol).failures + 1, this.#pace().kind));
  }

  /** An answer without the day's prices is asked for again, like one that there is not. */
  #noteLateness(symbol: string): void {
    const { answers, clock } = this.#options;
    const known = answers.of(symbol);
    const market = { symbol, neverCloses: known.neverCloses };
    const pace = this.#pace();
    const last = lastNews(market, pace, clock.now());
    const isLate = last !== null && isBehind(market, known, last);
    const times = isLate ? (this.#late.get(symbol) ?? 0) + 1 : 0;
    this.#late.set(symbol, times);
    if (isLate) answers.noteFailure(symbol, retryWaitMs("no_data", times, pace.kind));
  }

  #pace(): Pace {
    const watched = this.#options.watched();
    return paceOf(this.#options.terms, watched.length, watched.filter(({ hasAlerts }) => hasAlerts).length);
  }

  #input(): PlanInput {
    const { watched, limiter, answers, clock } = this.#options;
    return {
      now: clock.now(),
      symbols: watched(),
      knownOf: (symbol) => answers.of(symbol),
      pace: this.#pace(),
      key: limiter.state,
      refusedTimeMs: this.#refusedTimeMs,
      waitMs: Math.max(0, this.#waitUntil - clock.monotonic()),
    };
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#changed.signal.aborted) this.#changed = new AbortController();
    const either = AbortSignal.any([signal, this.#changed.signal]);
    await this.#options.clock.sleep(Math.min(ms, LONGEST_SLEEP_MS), either).catch((error: unknown) => {
      if (!either.aborted) throw error;
    });
  }
}
