import type Database from "better-sqlite3";
import type { AppError } from "../../domain/error.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { LogRoom } from "../../runtime/sqlite/log-room.ts";
import { REFUSED_QUOTES_MAX, RefusedTable, type RefusedQuote } from "./refused-table.ts";
import type { SpoolTable } from "./spool-table.ts";
import { SpoolTrouble } from "./spool-trouble.ts";
import type { SpooledQuote } from "./spooled-quote.ts";

export interface ForgettingOptions {
  readonly db: Database.Database;
  /** Its file, for messages. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly room: LogRoom;
  readonly onDamage: (error: AppError) => void;
}

/** Deletes what the server has, and puts aside what it refused, in the order of the acknowledgements; tries again what the disk refused. */
export class Forgetting {
  readonly #options: ForgettingOptions;
  readonly #table: SpoolTable;
  readonly #refused: RefusedTable;
  readonly #trouble: SpoolTrouble;
  readonly #delete: (rows: readonly SpooledQuote[], refused: readonly RefusedQuote[]) => number;
  #rows: SpooledQuote[] = [];
  #refusals: RefusedQuote[] = [];
  #refusedCount: number;
  #saidTrimmed = false;

  constructor(options: ForgettingOptions, table: SpoolTable) {
    const { file, log, onDamage } = options;
    this.#options = options;
    this.#table = table;
    this.#trouble = new SpoolTrouble({
      file,
      log,
      began: "the spool cannot forget what the server has: sending waits, and it is tried again",
      ended: "the spool can forget again",
      onDamage,
    });
    this.#refused = new RefusedTable(options.db);
    this.#refusedCount = this.#refused.count();
    const forget = options.db.transaction((rows: readonly SpooledQuote[], refused: readonly RefusedQuote[]) => {
      for (const row of rows) this.#table.delete(row);
      const now = this.#options.clock.now();
      for (const refusal of refused) this.#refused.insert(refusal, now);
      return refused.length === 0 ? 0 : this.#refused.trim(REFUSED_QUOTES_MAX);
    });
    this.#delete = (rows, refused) => forget.immediate(rows, refused);
  }

  /** How many refused quotes are kept. */
  get refusedCount(): number {
    return this.#refusedCount;
  }

  /** Whether something has to go that the disk did not let go. */
  get isOverdue(): boolean {
    return this.#rows.length > 0;
  }

  /** These are to go, those of them that were refused into the other table. */
  add(rows: readonly SpooledQuote[], refused: readonly RefusedQuote[]): void {
    for (const row of rows) this.#rows.push(row);
    for (const refusal of refused) this.#refusals.push(refusal);
  }

  /** What went now, all that had to; null if the disk did not do its part, and everything still has to. */
  carryOut(): readonly SpooledQuote[] | null {
    if (this.#rows.length === 0) return [];
    let trimmed: number;
    try {
      trimmed = this.#options.room.write(() => this.#lazily(() => this.#delete(this.#rows, this.#refusals)));
    } catch (error) {
      this.#trouble.note(error, { acknowledged: this.#rows.length });
      return null;
    }
    this.#trouble.end();
    this.#refusedCount += this.#refusals.length - trimmed;
    this.#say(this.#refusals, trimmed);
    const rows = this.#rows;
    this.#rows = [];
    this.#refusals = [];
    return rows;
  }

  /** A commit that does not wait for the disk: one that is lost only repeats what the server knows. Commits stay in order. */
  #lazily<Result>(work: () => Result): Result {
    const { db } = this.#options;
    db.pragma("synchronous = NORMAL");
    try {
      return work();
    } finally {
      db.pragma("synchronous = FULL");
    }
  }

  /** One line for each reason, with its first quote. */
  #say(refusals: readonly RefusedQuote[], trimmed: number): void {
    const { log } = this.#options;
    for (const [reason, items] of Map.groupBy(refusals, (refusal) => refusal.reason)) {
      const [first] = items;
      if (first === undefined) continue;
      const { symbol, quoteTimeMs } = first.quote;
      const fields = { reason, count: items.length, symbol, quote_time: new Date(quoteTimeMs).toISOString() };
      log.warn({ ...fields, detail: first.message }, "the server refused quotes: they are put aside in the spool");
    }
    if (trimmed === 0 || this.#saidTrimmed) return;
    this.#saidTrimmed = true;
    log.warn({ kept: REFUSED_QUOTES_MAX }, "of the refused quotes only the newest are kept");
  }
}
