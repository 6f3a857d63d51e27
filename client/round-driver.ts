// The first hop of a quote's story: rounds come by the schedule that somebody has set, else as the planner finds best.
import { DAY_MS, type TimeMs } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import { SCHEDULE_TIME_ZONE } from "./config.ts";
import type { RoundOptions, RoundWatcher } from "./fetch-round.ts";
import { announceSchedule, type SymbolPlan } from "./planner/announce.ts";
import type { Requests } from "./planner/open-requests.ts";
import type { KeyTerms } from "./planner/pace.ts";
import type { WatchedSymbol } from "./planner/plan-next.ts";
import { Planner } from "./planner/planner.ts";
import { runSchedule } from "./schedule.ts";

export interface RoundDriverOptions {
  /** A cron line in New York time; null: the planner decides. */
  readonly schedule: string | null;
  readonly terms: KeyTerms;
  /** What is watched now. Call `replan` when that has changed. */
  readonly watched: () => readonly WatchedSymbol[];
  readonly requests: Pick<Requests, "limiter" | "answers">;
  readonly clock: Clock;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Asks the source for these; never rejects. */
  readonly onRound: (symbols: readonly string[], options: RoundOptions) => Promise<void>;
  /** Told what is planned, and when the next round begins; null: none is planned. */
  readonly onPlan: (plans: readonly SymbolPlan[], nextTimeMs: TimeMs | null) => void;
}

/** Drives the rounds. Whoever runs rounds, for it or otherwise, makes its `watcher` one of theirs, if it has one. */
export class RoundDriver {
  readonly #options: RoundDriverOptions;
  readonly #planner: Planner;
  /** The rounds of a schedule and those of symbols that are new, one after the other. */
  #lane: Promise<void> = Promise.resolve();

  constructor(options: RoundDriverOptions) {
    const { terms, watched, requests, clock, onRound, onPlan } = options;
    this.#options = options;
    this.#planner = new Planner({
      terms,
      watched,
      ...requests,
      clock,
      onRound: (symbols, _why, ends) => onRound(symbols, { ends, ...this.#fewTries() }),
      onPlan,
    });
  }

  /** Null: nothing that comes changes what is asked, or when. */
  get watcher(): RoundWatcher | null {
    return this.#options.schedule === null ? this.#planner : null;
  }

  /** Resolves when the signal has ended it. */
  async run(): Promise<void> {
    const { schedule, clock, signal, watched } = this.#options;
    if (schedule === null) return this.#planner.run(signal);
    await runSchedule({
      cron: schedule,
      timeZone: SCHEDULE_TIME_ZONE,
      clock,
      signal,
      onRound: () => this.#runInTurn(symbolsOf(watched())),
      onPlan: (time, following) => this.#announce(time, following),
    });
    await this.#lane;
  }

  /** What is watched has changed; what is new is asked for at once, as far as the key's limits allow. */
  replan(added: readonly string[]): void {
    if (this.#options.schedule === null) this.#planner.replan();
    else if (added.length > 0) void this.#runInTurn(added);
  }

  #runInTurn(symbols: readonly string[]): Promise<void> {
    const { onRound, signal } = this.#options;
    this.#lane = this.#lane.then(() => (signal.aborted ? undefined : onRound(symbols, this.#fewTries())));
    return this.#lane;
  }

  /** Where requests are counted by the day, no question is put twice in a round. */
  #fewTries(): Pick<RoundOptions, "tries"> {
    return this.#options.terms.limits.perDay === null ? {} : { tries: 1 };
  }

  #announce(timeMs: TimeMs | null, followingMs: TimeMs | null): void {
    const { watched, requests, clock, onPlan } = this.#options;
    const cadenceMs = timeMs === null || followingMs === null ? DAY_MS : followingMs - timeMs;
    const { limiter, answers } = requests;
    const knownOf = answers.of.bind(answers);
    const input = { now: clock.now(), symbols: watched(), knownOf, key: limiter.state };
    onPlan(announceSchedule(input, timeMs, cadenceMs), timeMs);
  }
}

function symbolsOf(watched: readonly WatchedSymbol[]): readonly string[] {
  return watched.map(({ symbol }) => symbol);
}
