import { MINUTE_MS } from "../../domain/time.ts";
import type { RefusalClass } from "../sources/source.ts";
import type { Pace } from "./pace.ts";

const minutes = (...counts: number[]): readonly number[] => counts.map((count) => count * MINUTE_MS);

/** What may be over soon, by the number of failures in a row; the last one goes on. Where requests are few they are not spent on waiting. */
const PASSING: Readonly<Record<Pace["kind"], readonly number[]>> = { minutes: minutes(1), days: minutes(5, 15, 60) };
/** What is not over before somebody, or the service's next day, mends it. */
const LASTING: Readonly<Record<Pace["kind"], readonly number[]>> = {
  minutes: minutes(1, 5, 15, 60),
  days: minutes(60, 120, 240),
};
const PASSING_CLASSES: ReadonlySet<RefusalClass> = new Set(["throttle", "daily_quota", "outage", "malformed"]);
/** What is true of the source or of the key, not of one symbol. */
const OF_ALL: ReadonlySet<RefusalClass> = new Set(["throttle", "daily_quota", "outage", "bad_key", "not_entitled"]);

/** How long to wait after a refusal; `failures` counts those in a row, this one included. How long a daily one lasts, the key's limiter says. */
export function retryWaitMs(refusal: RefusalClass, failures: number, kind: Pace["kind"]): number {
  if (refusal === "daily_quota") return MINUTE_MS;
  const waits = (PASSING_CLASSES.has(refusal) ? PASSING : LASTING)[kind];
  return waits[Math.min(Math.max(failures, 1), waits.length) - 1] ?? MINUTE_MS;
}

/** Whether a refusal holds for every symbol: the others need not be asked for now. */
export function isOfAll(refusal: RefusalClass): boolean {
  return OF_ALL.has(refusal);
}
