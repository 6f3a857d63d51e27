// A source that is asked and one that is listened to are driven differently; what comes of either is told to the same.
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import type { FetchRound } from "./fetch-round.ts";
import type { FetcherStanding } from "./fetcher-standing.ts";
import type { Requests } from "./planner/open-requests.ts";
import type { KeyTerms } from "./planner/pace.ts";
import { RoundDriver } from "./round-driver.ts";
import { isStreaming, type Source } from "./sources/source.ts";
import { StreamDriver, type StreamDriverOptions } from "./stream-driver.ts";
import type { WatchedSymbols } from "./watched-symbols.ts";

export interface DriverParts {
  readonly source: Source;
  /** A cron line; null: the planner decides. Nothing for a source that is listened to. */
  readonly schedule: string | null;
  readonly terms: KeyTerms;
  readonly requests: Pick<Requests, "limiter" | "answers">;
  readonly watched: Pick<WatchedSymbols, "current" | "symbols">;
  readonly standing: FetcherStanding;
  /** Asked for once the driver is there. */
  readonly round: () => FetchRound;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends it. */
  readonly signal: AbortSignal;
}

type Driver = Pick<RoundDriver, "watcher" | "run" | "replan">;

/** What makes a source's prices come; it begins with `run`. */
export function openDriver(parts: DriverParts): Driver {
  const { source, schedule, terms, requests, watched, standing, round, clock, log, signal } = parts;
  const tell = async (run: () => Promise<unknown>, until: AbortSignal): Promise<void> => {
    standing.noteRoundBegin();
    const failure = await runRound(run, until, log);
    if (!until.aborted) standing.noteRoundEnd(failure); // else somebody has ended it, and nothing follows for the source
  };
  const onPlan: StreamDriverOptions["onPlan"] = (plans, nextTime) => standing.notePlan(plans, nextTime);
  if (isStreaming(source)) {
    const onStream: StreamDriverOptions["onStream"] = (symbols, until) =>
      tell(() => round().listen(source, symbols, until), until);
    return new StreamDriver({ source, watched: () => watched.symbols, clock, signal, onStream, onPlan });
  }
  return new RoundDriver({
    ...{ schedule, terms, requests, clock, signal, onPlan },
    watched: () => watched.current,
    onRound: async (wanted, how) => {
      if (wanted.length > 0) await tell(() => round().run(wanted, signal, how), signal); // else nobody wants anything
    },
  });
}

/** A round that fails is told and done with: the next one comes. What it failed with, or null. */
export async function runRound(run: () => Promise<unknown>, signal: AbortSignal, log: Log): Promise<string | null> {
  try {
    await run();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    if (!signal.aborted) log.error({ detail }, "a round failed");
    return detail;
  }
  return null;
}
