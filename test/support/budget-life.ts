// A fetcher without its server, for trials on a clock that skips: planner, ledger on disk, source, rounds. It is killed as a process is:
// nothing of it goes on, and the disk is as it was.
import { join } from "node:path";
import { openBackfill } from "../../client/backfill/open-backfill.ts";
import { FetchRound, watchersAsOne, type RoundWatcher } from "../../client/fetch-round.ts";
import type { SymbolPlan } from "../../client/planner/announce.ts";
import { keyTermsOf, type KeySettings } from "../../client/planner/key-terms.ts";
import { openRequests } from "../../client/planner/open-requests.ts";
import { RoundDriver } from "../../client/round-driver.ts";
import { AlphaVantageSource } from "../../client/sources/alpha-vantage/alpha-vantage-source.ts";
import type { Fetch } from "../../client/sources/fetch-answer.ts";
import { functionsOf } from "../../client/sources/alpha-vantage/function-choice.ts";
import type { Gap } from "../../domain/gap.ts";
import type { Quote } from "../../domain/quote.ts";
import { RecordedLog } from "../../client/testing/recorded-log.ts";
import type { SkippingClock } from "./skipping-clock.ts";

export interface BudgetLifeOptions {
  readonly folder: string;
  readonly settings: KeySettings;
  readonly symbols: readonly string[];
  readonly clock: SkippingClock;
  readonly random: () => number;
  readonly fetch: Fetch;
  /** Told of each answer's quotes, as a spool would be. */
  readonly onQuotes: (quotes: readonly Quote[]) => void;
  /** Told of what is missing for good; unset: nobody wants to know. */
  readonly onGaps?: (gaps: readonly Gap[]) => void;
  readonly onPlan: (plans: readonly SymbolPlan[]) => void;
  /** Told of each symbol that was answered for. */
  readonly onAnswer: (symbol: string) => void;
}

/** Runs from its making until `kill`. */
export class BudgetLife {
  readonly #stopping = new AbortController();
  readonly #close: () => void;
  readonly #ended: Promise<void>;
  #wasKilled = false;

  constructor(options: BudgetLifeOptions) {
    const { folder, settings, symbols, clock, random, fetch } = options;
    const { signal } = this.#stopping;
    const log = new RecordedLog();
    const { key, plan } = settings;
    const file = join(folder, "requests.db");
    const requests = openRequests({ file, key, plan, clock, boot: clock, log, random });
    this.#close = requests.close;
    const functions = functionsOf(settings.function, plan);
    const service = { baseUrl: "http://service", key, functions, datatype: "json" as const };
    const { limiter } = requests;
    const source = new AlphaVantageSource(
      { ...service, entitlement: settings.entitlement },
      { limiter, clock, log, fetch },
    );
    const terms = keyTermsOf(settings);
    const watched = symbols.map((symbol) => ({ symbol, hasAlerts: false }));
    const driver = new RoundDriver({
      schedule: null,
      terms,
      watched: () => watched,
      requests,
      clock,
      signal,
      onRound: async (wanted, how) => {
        await round.run(wanted, signal, how).catch((error: unknown) => {
          if (!signal.aborted) throw error;
        });
      },
      onPlan: (plans) => {
        if (!this.#wasKilled) options.onPlan(plans);
      },
    });
    const put = async (quotes: readonly Quote[]): Promise<void> => {
      options.onQuotes(quotes);
      await Promise.resolve();
    };
    const watcher = watchersAsOne(driver.watcher, answersOf(options.onAnswer));
    const putGaps = async (gaps: readonly Gap[]): Promise<void> => {
      options.onGaps?.(gaps);
      await Promise.resolve();
    };
    const backfill = openBackfill({
      ...{ source, schedule: null, terms, requests, clock, log, signal },
      watched: { current: watched },
      sink: { put },
      gaps: { putGaps },
    });
    const round = new FetchRound({ source, sink: backfill, log, watcher });
    this.#ended = driver.run().then(() => backfill.ended());
  }

  async kill(): Promise<void> {
    this.#wasKilled = true;
    this.#stopping.abort(new Error("killed"));
    await this.#ended;
    this.#close();
  }
}

function answersOf(onAnswer: (symbol: string) => void): RoundWatcher {
  return { noteResult: () => undefined, noteTaken: onAnswer, noteFailedTry: () => undefined };
}
