import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { Requests } from "../planner/open-requests.ts";
import { paceOf, type KeyTerms } from "../planner/pace.ts";
import type { WatchedSymbol } from "../planner/plan-next.ts";
import type { GapSink, QuoteSink } from "../quote-sink.ts";
import { knowsPast, type Source } from "../sources/source.ts";
import { Backfill } from "./backfill.ts";
import { dueRequests } from "./daily-room.ts";
import { BackfillMemory } from "./backfill-memory.ts";

export interface BackfillParts {
  readonly source: Source;
  /** A cron line; null: the planner decides. */
  readonly schedule: string | null;
  readonly terms: KeyTerms;
  readonly requests: Pick<Requests, "limiter"> & Partial<Pick<Requests, "answers" | "backfill">>;
  readonly watched: { readonly current: readonly WatchedSymbol[] };
  readonly sink: QuoteSink;
  readonly gaps: GapSink;
  /** There is one round only: what is missing is asked for once, and nothing else. */
  readonly isOnce?: boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Of ticks, so many that should have come are a hole. */
const MISSED_TICKS = 5;

/** The sink of a fetcher's answers. */
export function openBackfill(parts: BackfillParts): Backfill {
  const { source, schedule, terms, requests, watched, sink, gaps, isOnce = false, clock, log, signal } = parts;
  const pace = () => paceOf(terms, watched.current.length, watched.current.filter(({ hasAlerts }) => hasAlerts).length);
  return new Backfill({
    source: knowsPast(source) ? source : null,
    memory: requests.backfill ?? new BackfillMemory(),
    watched: () => watched.current,
    dueRequests: () => dueRequests(watched.current, terms, requests.answers ?? null),
    keyState: () => requests.limiter.state,
    looksForHoles: terms.limits.perDay === null,
    tickHoleMs: () => {
      const now = pace();
      return schedule !== null || now.kind === "days" ? null : MISSED_TICKS * now.everyMs;
    },
    fetchesDaily: !isOnce,
    ...(isOnce ? { lateMsMax: 0 } : {}),
    ...{ sink, gaps, clock, log, signal },
  });
}
