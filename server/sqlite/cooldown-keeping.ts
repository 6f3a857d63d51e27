import type Database from "better-sqlite3";
import { DRIFT_MS, type Instant } from "../../domain/notifying/cooldown.ts";
import { AppError } from "../../domain/error.ts";
import { carryPairOver } from "../../domain/notifying/lost-lease.ts";
import type { AmbiguityPolicy } from "../../domain/notification.ts";
import { isLock } from "../../runtime/sqlite/store-error.ts";
import { READY_BY_ITSELF } from "./mail-holds.ts";
import { pairKeyOf, type PairKey, type PairStore } from "./pair-store.ts";
import type { NotificationRow } from "./notification-rows.ts";
import type { Transactions } from "./transactions.ts";

/** What is still to be sent, in two parts, each in the words of its partial index: else every notification there ever was is read. */
const LIVE = ["state IN ('WAITING', 'UNSURE')", "lease_end_mono IS NOT NULL AND state = 'SENDING'"];

/**
 * Keeps monotonic times meaningful: carries them over a reboot, and keeps wall times that belong to them in step, so that a wall
 * clock that is set forward or back changes nothing.
 */
export class CooldownKeeping {
  readonly #db: Database.Database;
  readonly #pairs: PairStore;
  /** Wall minus monotonic clock when the wall ends were last in step. */
  #offsetMs: number | null = null;
  /** What is still to be done to carry over what another boot's clock wrote. */
  #carryOver: ((instant: Instant) => void) | null = null;

  constructor(db: Database.Database, pairs: PairStore) {
    this.#db = db;
    this.#pairs = pairs;
  }

  /**
   * Once, before the store opens for business: what another boot's clock wrote is carried over by the wall clock. On a full disk, or while
   * another program holds a lock, that is put off until the next transaction, which does not come about without it: till then the store
   * is read only. Throws the AppError of any other failure.
   */
  carryOver(transactions: Transactions, bootId: string | null, policy: AmbiguityPolicy): void {
    const carry = (instant: Instant) => this.#carryAll(instant, bootId, policy);
    try {
      transactions.writeNow(({ instant }) => carry(instant));
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.#carryOver = carry;
    }
  }

  /**
   * Before every transaction: when the wall clock has moved against the monotonic one, the wall ends of running cooldowns are
   * written anew, and what is still to be sent stays due as long ago, or as far ahead, as it was.
   */
  keepInStep(instant: Instant): void {
    if (this.#carryOver !== null) {
      this.#db.transaction(this.#carryOver).immediate(instant);
      this.#carryOver = null;
    }
    const offsetMs = instant.wallMs - instant.monoMs;
    const driftMs = this.#offsetMs === null ? 0 : offsetMs - this.#offsetMs;
    if (Math.abs(driftMs) <= DRIFT_MS) return;
    const write = this.#db.transaction(() => {
      this.#db
        .prepare("UPDATE cooldowns SET open_wall = open_mono + ? WHERE open_mono > ?")
        .run(offsetMs, instant.monoMs);
      for (const part of LIVE) {
        this.#db.prepare(`UPDATE notifications SET due_time = due_time + ? WHERE ${part}`).run(driftMs);
      }
      // Quiet hours and digests are by the wall clock.
      this.#db
        .prepare(
          `UPDATE notifications SET ready_mono = iif(state = 'UNSURE', next_attempt_mono, ${READY_BY_ITSELF})
           WHERE state IN ('WAITING', 'UNSURE') AND hold_reason IS NOT NULL AND ready_mono IS NOT NULL`,
        )
        .run();
      this.#setFact("wall_offset", String(offsetMs));
    });
    write.immediate();
    this.#offsetMs = offsetMs;
  }

  #carryAll(instant: Instant, bootId: string | null, policy: AmbiguityPolicy): void {
    const stored = this.#fact("boot_id");
    const storedBootId = typeof stored === "string" && stored !== "" ? stored : null;
    for (const key of this.#livePairs()) {
      const before = this.#pairs.load(key);
      const change = carryPairOver(before, storedBootId, instant, { bootId, policy });
      if (change.pair !== before || change.ended.length > 0) this.#pairs.save(key, change, instant.wallMs);
    }
    this.#setFact("boot_id", bootId ?? "");
    this.#takeUpOffset(instant, storedBootId !== null && storedBootId === bootId);
  }

  /** Within one boot from where the last server left it: a wall clock that was set meanwhile is noticed before the first transaction. */
  #takeUpOffset({ wallMs, monoMs }: Instant, isSameBoot: boolean): void {
    const stored = isSameBoot ? this.#fact("wall_offset") : undefined;
    this.#offsetMs = stored === undefined ? wallMs - monoMs : Number(stored);
    this.#setFact("wall_offset", String(this.#offsetMs));
  }

  #fact(name: string): unknown {
    return this.#db.prepare("SELECT value FROM server_facts WHERE name = ?").pluck().get(name);
  }

  #setFact(name: string, value: string): void {
    this.#db.prepare("INSERT OR REPLACE INTO server_facts VALUES (?, ?)").run(name, value);
  }

  #livePairs(): PairKey[] {
    const select = LIVE.map((part) => `SELECT * FROM notifications WHERE ${part}`).join(" UNION ALL ");
    const rows = this.#db.prepare(select).all() as NotificationRow[];
    const cooled = this.#db.prepare("SELECT user_id AS userId, symbol FROM cooldowns").all() as PairKey[];
    const keys = [...rows.map(pairKeyOf), ...cooled];
    return [...new Map(keys.map((key) => [JSON.stringify(Object.values(key)), key])).values()];
  }
}

/** Whether it may go better without a restart. */
function isPassing(error: unknown): boolean {
  return error instanceof AppError && (error.reason === "STORE_FULL" || isLock(error.cause));
}
