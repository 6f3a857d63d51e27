import type Database from "better-sqlite3";
import { createHash } from "node:crypto";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { BootClock } from "../../runtime/clock/boot-clock.ts";
import type { Hold, LimitKind, RememberedRequests, RequestMemory } from "../request-memory.ts";
import { LedgerClock, type ClockMark } from "./ledger-clock.ts";
import type { LedgerTrouble } from "./ledger-trouble.ts";

/** Enough of a SHA-256 to tell any two keys apart, in hexadecimal digits. */
const HASH_DIGITS = 32;

export interface RequestLedgerOptions {
  readonly db: Database.Database;
  readonly keyHash: string;
  readonly clock: Clock;
  readonly boot: BootClock;
  readonly trouble: LedgerTrouble;
}

interface HoldRow {
  readonly endMs: number;
  readonly because: LimitKind;
  readonly dailyCount: number;
}

/** What stands for a key on disk. */
export function hashOfKey(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, HASH_DIGITS);
}

/** The requests of one key, each on disk before it is sent. Opened by `openRequests`. */
export class RequestLedger implements RequestMemory {
  readonly #db: Database.Database;
  readonly #keyHash: string;
  readonly #clock: LedgerClock;
  readonly #trouble: LedgerTrouble;
  readonly #write: (timeMs: number, kept: number) => void;

  /** Throws what SQLite throws. */
  constructor({ db, keyHash, clock, boot, trouble }: RequestLedgerOptions) {
    this.#db = db;
    this.#keyHash = keyHash;
    this.#clock = new LedgerClock(markOf(db), clock.now(), boot);
    this.#trouble = trouble;
    const write = db.transaction((timeMs: number, kept: number) => this.#insert(timeMs, kept));
    this.#write = (timeMs, kept) => write.immediate(timeMs, kept);
  }

  now(): number {
    return this.#clock.now();
  }

  /** Throws what SQLite throws. */
  load(): RememberedRequests {
    const times = this.#db
      .prepare("SELECT request_time FROM requests WHERE key_hash = ? ORDER BY request_time, id")
      .pluck()
      .all(this.#keyHash) as number[];
    const hold = this.#db
      .prepare("SELECT end_time AS endMs, because, daily_count AS dailyCount FROM holds WHERE key_hash = ?")
      .get(this.#keyHash) as HoldRow | undefined;
    return { times, hold: hold ?? null };
  }

  record(timeMs: number, kept: number): boolean {
    return this.#trouble.write(() => this.#write(timeMs, kept));
  }

  /** One that cannot be written down holds only as long as this process lives. */
  noteHold({ endMs, because, dailyCount }: Hold): void {
    this.#trouble.write(() => {
      this.#db
        .prepare("INSERT OR REPLACE INTO holds (key_hash, end_time, because, daily_count) VALUES (?, ?, ?, ?)")
        .run(this.#keyHash, Math.ceil(endMs), because, dailyCount);
    });
  }

  #insert(timeMs: number, kept: number): void {
    this.#db
      .prepare("INSERT INTO requests (key_hash, request_time) VALUES (?, ?)")
      .run(this.#keyHash, Math.round(timeMs));
    this.#db
      .prepare(
        `DELETE FROM requests WHERE key_hash = @key AND id NOT IN
         (SELECT id FROM requests WHERE key_hash = @key ORDER BY request_time DESC, id DESC LIMIT @kept)`,
      )
      .run({ key: this.#keyHash, kept });
    const { ledgerTimeMs, sinceBootMs, bootId } = this.#clock.mark();
    this.#db
      .prepare("INSERT OR REPLACE INTO ledger_clock (id, ledger_time, since_boot_ms, boot_id) VALUES (1, ?, ?, ?)")
      .run(Math.round(ledgerTimeMs), Math.round(sinceBootMs), bootId ?? "");
  }
}

function markOf(db: Database.Database): ClockMark | null {
  const row = db
    .prepare("SELECT ledger_time AS ledgerTimeMs, since_boot_ms AS sinceBootMs, boot_id AS bootId FROM ledger_clock")
    .get() as { ledgerTimeMs: number; sinceBootMs: number; bootId: string } | undefined;
  return row === undefined ? null : { ...row, bootId: row.bootId === "" ? null : row.bootId };
}
