import type Database from "better-sqlite3";
import {
  checkSymbolLimit,
  notTracked,
  stillWatched,
  SYMBOLS_MAX,
  type SymbolStore,
  type TrackedSymbol,
} from "../symbol-store.ts";
import { HEARS_PRICES } from "./alert-rows.ts";
import type { Stamp, Transactions } from "./transactions.ts";

/** The fact that there was a first list. */
const SEEDED = "symbols_seed_time";

interface SymbolRow {
  readonly symbol: string;
  readonly add_time: number;
  readonly has_alerts: number;
}

export class SqliteSymbolStore implements SymbolStore {
  readonly #transactions: Transactions;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database, transactions: Transactions) {
    this.#transactions = transactions;
    this.#sql = statements(db);
  }

  async seed(symbols: readonly string[]): Promise<boolean> {
    if (this.#isSeeded()) return false; // also where nothing can be written
    return this.#transactions.write((stamp) => {
      if (this.#isSeeded()) return false;
      this.#insert(symbols.slice(0, SYMBOLS_MAX), stamp);
      this.#sql.noteSeed.run(SEEDED, String(stamp.now));
      return true;
    });
  }

  async list(): Promise<readonly TrackedSymbol[]> {
    const rows = this.#sql.list.all() as SymbolRow[];
    return Promise.resolve(rows.map(trackedFromRow));
  }

  add(symbols: readonly string[]): Promise<readonly string[]> {
    return this.#transactions.write((stamp) => {
      const added = [...new Set(symbols)].filter((symbol) => this.#sql.has.get(symbol) === undefined);
      checkSymbolLimit(Number(this.#sql.count.get()), added.length);
      this.#insert(added, stamp);
      return added;
    });
  }

  remove(symbols: readonly string[], force: boolean): Promise<number> {
    return this.#transactions.write(() => {
      const wanted = [...new Set(symbols)];
      for (const symbol of wanted) if (this.#sql.delete.run(symbol).changes === 0) throw notTracked(symbol);
      const counts = wanted.map((symbol) => [symbol, Number(this.#sql.countAlerts.get(symbol))] as const);
      const watched = counts.filter(([, count]) => count > 0).toSorted(([, a], [, b]) => b - a);
      if (watched.length > 0 && !force) throw stillWatched(watched);
      return watched.reduce((sum, [, count]) => sum + count, 0);
    });
  }

  #isSeeded(): boolean {
    return this.#sql.fact.get(SEEDED) !== undefined;
  }

  #insert(symbols: readonly string[], { now }: Stamp): void {
    for (const symbol of symbols) this.#sql.insert.run(symbol, now);
  }
}

function trackedFromRow({ symbol, add_time, has_alerts }: SymbolRow): TrackedSymbol {
  return { symbol, addTimeMs: add_time, hasAlerts: has_alerts === 1 };
}

/** An alert that waits for a price has a watch level, unless it is paused until somebody resumes it. */
function statements(db: Database.Database) {
  return {
    fact: db.prepare("SELECT value FROM server_facts WHERE name = ?"),
    noteSeed: db.prepare("INSERT INTO server_facts VALUES (?, ?)"),
    list: db.prepare(
      `SELECT symbol, add_time, EXISTS (SELECT 1 FROM watch_levels WHERE watch_levels.symbol = tracked_symbols.symbol) AS has_alerts
         FROM tracked_symbols ORDER BY symbol`,
    ),
    count: db.prepare("SELECT count(*) FROM tracked_symbols").pluck(),
    has: db.prepare("SELECT 1 FROM tracked_symbols WHERE symbol = ?"),
    insert: db.prepare("INSERT OR IGNORE INTO tracked_symbols VALUES (?, ?)"),
    delete: db.prepare("DELETE FROM tracked_symbols WHERE symbol = ?"),
    countAlerts: db
      .prepare(`SELECT count(*) FROM alerts WHERE symbol = ? AND (state = 'PAUSED' OR ${HEARS_PRICES})`)
      .pluck(),
  };
}
