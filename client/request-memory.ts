// What a key's limits have to remember: the ledger on disk (planner/request-ledger.ts), or nothing but this process's own memory.
import type { Clock } from "../runtime/clock/clock.ts";

/** Which limit says no: `throttle` ends within minutes, `daily_quota` within hours. */
export type LimitKind = "throttle" | "daily_quota";

/** A time in which nothing is asked. */
export interface Hold {
  /** On the memory's clock. */
  readonly endMs: number;
  readonly because: LimitKind;
  /** How many daily refusals came one after the other, without an answer in between; they outlive the hold. */
  readonly dailyCount: number;
}

/** What was remembered from before. */
export interface RememberedRequests {
  /** When requests went out, oldest first, on the memory's clock. */
  readonly times: readonly number[];
  readonly hold: Hold | null;
}

/** Remembers the requests of one key. */
export interface RequestMemory {
  /** Milliseconds on a clock that nobody can set; goes on over restarts as far as the memory does. */
  now(): number;
  load(): RememberedRequests;
  /** A request that is about to be sent; of those before it only the newest `kept` are needed. False: it could not be written down, so it must not be sent. */
  record(timeMs: number, kept: number): boolean;
  noteHold(hold: Hold): void;
}

/** For a key without limits, where there is nothing to remember: forgets with the process. */
export function forgetfulMemory(clock: Clock): RequestMemory {
  return {
    now: () => clock.monotonic(),
    load: () => ({ times: [], hold: null }),
    record: () => true,
    noteHold: () => undefined,
  };
}
