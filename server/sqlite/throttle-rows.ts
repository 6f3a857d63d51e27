import type Database from "better-sqlite3";
import type { TimeMs } from "../../domain/time.ts";
import { ATTEMPTS_KEPT_MS, judgeAttempt, type ThrottleState } from "../throttle-rule.ts";
import type { Attempt } from "../throttle-store.ts";

/**
 * So many keys are remembered, some 20 MB. Whoever would have an account forgotten by trying others needs as many attempts, each of which is
 * throttled by network address.
 */
const MAX_KEYS = 100_000;
/** So many are removed at once at most, while each attempt adds a few. */
const REMOVED_AT_ONCE = 20;

interface ThrottleRow {
  readonly count: number;
  readonly first_time: number;
  readonly last_time: number;
  readonly blocked_until: number;
}

/** The rows of `throttles`, for every store whose transactions count attempts. */
export class ThrottleRows {
  readonly #maxKeys: number;
  readonly #sql: ReturnType<typeof statements>;
  /** Counting a large table takes longer than all else; from the first time on it is known. Null: not yet, or a transaction failed. */
  #keys: number | null = null;

  constructor(db: Database.Database, maxKeys = MAX_KEYS) {
    this.#maxKeys = maxKeys;
    this.#sql = statements(db);
  }

  /** After a transaction that failed nobody knows how many there are. */
  forget(): void {
    this.#keys = null;
  }

  /** For how many milliseconds to wait; 0: it is counted under every key. */
  count(attempts: readonly Attempt[], now: TimeMs): number {
    this.#removeOld(now);
    for (const { key, rule } of attempts) {
      const before = this.#load(key);
      const { waitMs, state } = judgeAttempt(before, rule, now);
      if (state !== before) this.#save(key, state, before === null);
      if (waitMs > 0) return waitMs;
    }
    return 0;
  }

  remove(keys: readonly string[]): void {
    for (const key of keys) this.#counted(this.#sql.remove.run(key).changes);
  }

  #load(key: string): ThrottleState | null {
    const row = this.#sql.get.get(key) as ThrottleRow | undefined;
    if (row === undefined) return null;
    const { count, first_time: firstTimeMs, last_time: lastTimeMs, blocked_until: blockedUntilMs } = row;
    return { count, firstTimeMs, lastTimeMs, blockedUntilMs };
  }

  #save(key: string, state: ThrottleState, isNew: boolean): void {
    this.#sql.save.run({ key, ...state });
    if (isNew && this.#keys !== null) this.#keys += 1;
  }

  #removeOld(now: TimeMs): void {
    this.#counted(this.#sql.removeBefore.run(now - ATTEMPTS_KEPT_MS, REMOVED_AT_ONCE).changes);
    this.#keys ??= Number(this.#sql.countKeys.get());
    if (this.#keys >= this.#maxKeys) this.#counted(this.#sql.removeOldest.run(REMOVED_AT_ONCE).changes);
  }

  #counted(removed: number): void {
    if (this.#keys !== null) this.#keys -= removed;
  }
}

function statements(db: Database.Database) {
  return {
    get: db.prepare("SELECT count, first_time, last_time, blocked_until FROM throttles WHERE key = ?"),
    save: db.prepare(
      "INSERT OR REPLACE INTO throttles VALUES (@key, @count, @firstTimeMs, @lastTimeMs, @blockedUntilMs)",
    ),
    remove: db.prepare("DELETE FROM throttles WHERE key = ?"),
    removeBefore: db.prepare(
      "DELETE FROM throttles WHERE key IN (SELECT key FROM throttles WHERE last_time <= ? ORDER BY last_time LIMIT ?)",
    ),
    countKeys: db.prepare("SELECT count(*) FROM throttles").pluck(),
    removeOldest: db.prepare(
      "DELETE FROM throttles WHERE key IN (SELECT key FROM throttles ORDER BY last_time LIMIT ?)",
    ),
  };
}
