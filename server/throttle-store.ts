// The part of the port to the database that keeps how often somebody tried, across restarts.
import type { ThrottleRule } from "./throttle-rule.ts";

/** An attempt, counted under a key; the key holds no address of a person in the clear. */
export interface Attempt {
  readonly key: string;
  readonly rule: ThrottleRule;
}

export interface ThrottleStore {
  /**
   * Counts an attempt under each of the keys in turn, up to the first whose rule makes it wait: so many attempts at once are counted one after
   * the other, before any is made. For how many milliseconds to wait; 0: go on. Old keys, and the oldest of too many, are forgotten.
   */
  countAttempt(attempts: readonly Attempt[]): Promise<number>;
  /** Nothing has been counted under these keys. */
  forgetAttempts(keys: readonly string[]): Promise<void>;
}
