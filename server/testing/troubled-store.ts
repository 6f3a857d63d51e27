// For tests: a store whose database can be hurt from outside while it is open.
import Database from "better-sqlite3";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "../../domain/error.ts";
import { judgeAlert } from "../../domain/judging/judge.ts";
import type { Quote } from "../../domain/quote.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import { EXAMPLE_START_MS, exampleTick } from "../../test/examples.ts";
import { openStoreDatabase, storeOn } from "../sqlite/sqlite-store.ts";
import type { Store } from "../store.ts";

export class TroubledStore {
  readonly folder = mkdtempSync(join(tmpdir(), "tickerbell-trouble-"));
  readonly file = join(this.folder, "test.db");
  clock = new FakeClock(EXAMPLE_START_MS);
  readonly log: string[] = [];
  /** Every tick that was acknowledged, in order. */
  readonly acknowledged: Quote[] = [];
  db!: Database.Database;
  store!: Store;
  #ticks = 0;

  /** `hurt` is done to the database before the store on it is opened. */
  open(bootId = "boot-1", hurt: (db: Database.Database) => void = () => undefined): this {
    const database = openStoreDatabase(this.file);
    this.db = database.db;
    hurt(this.db);
    const log = createLog("test", "debug", { write: (line: string) => this.log.push(line) });
    const { file, clock } = this;
    const newId = () => `id-${++this.#ticks}`;
    const options = { file, clock, newId, log, policy: "resend", random: () => 0.5, bootId } as const;
    this.store = storeOn(database, options);
    return this;
  }

  /** The machine starts again, `downMs` later: its monotonic clock begins anew. */
  async reboot(downMs: number, bootId: string, hurt: (db: Database.Database) => void): Promise<void> {
    await this.store.close();
    this.clock = new FakeClock(this.clock.now() + downMs, 7_000);
    this.open(bootId, hurt);
  }

  async close(): Promise<void> {
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The next ticks, in one batch. */
  async record(count = 1): Promise<void> {
    const quotes = Array.from({ length: count }, () => exampleTick(++this.#ticks * 1_000, 100 + this.#ticks / 64));
    await this.store.quotes.recordQuotes([quotes], judgeAlert);
    this.acknowledged.push(...quotes);
  }

  /** Time for the trial write that is made of a database that takes none. */
  async aSecondLater(): Promise<void> {
    this.clock.advance(SECOND_MS);
    await nextTurn();
  }

  /** What refuses `work`, which must not go well. */
  async refusal(work: () => Promise<unknown>): Promise<AppError> {
    try {
      await work();
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
    throw new Error("it went well");
  }

  /** Every quote in the file, read by a connection of its own. */
  stored(): { quote_time: number; close: number }[] {
    const db = new Database(this.file, { readonly: true });
    try {
      const sql = "SELECT quote_time, close FROM quotes ORDER BY quote_time";
      return db.prepare(sql).all() as { quote_time: number; close: number }[];
    } finally {
      db.close();
    }
  }

  /** What must be stored: what was acknowledged. */
  expected(): { quote_time: number; close: number }[] {
    return this.acknowledged.map(({ quoteTimeMs, close }) => ({ quote_time: quoteTimeMs, close }));
  }

  /** Writes garbage over every page of a table's own b-tree, on the disk. */
  garble(table: string): void {
    this.db.pragma("wal_checkpoint(TRUNCATE)");
    const pages = this.db.prepare("SELECT pageno FROM dbstat WHERE name = ?").pluck().all(table) as number[];
    const descriptor = openSync(this.file, "r+");
    for (const page of pages) writeSync(descriptor, Buffer.alloc(4_096, 0xa5), 0, 4_096, (page - 1) * 4_096);
    closeSync(descriptor);
    this.db.pragma("shrink_memory"); // what is still in memory is sound
  }

  /** The log's lines about changes of state. */
  changes(): string[] {
    const lines = this.log.map((line) => JSON.parse(line) as { state?: string });
    return lines.flatMap(({ state }) => (state === undefined ? [] : [state]));
  }

  get logBytes(): number {
    return statSync(`${this.file}-wal`).size;
  }
}
