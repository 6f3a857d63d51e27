import Database from "better-sqlite3";
import { join } from "node:path";

/** What the server has on disk, read beside it. */
export class StoredResults {
  readonly #db: Database.Database;

  /** The server has made the database by now; throws if it has not. */
  constructor(dataFolder: string) {
    this.#db = new Database(join(dataFolder, "tickerbell.db"), { readonly: true, fileMustExist: true });
  }

  /** Bars by symbol. */
  barCounts(): Map<string, number> {
    const rows = this.#db.prepare("SELECT symbol, count(*) FROM quotes GROUP BY symbol ORDER BY symbol").raw().all();
    return new Map(rows as [string, number][]);
  }

  /** How often alerts fired. */
  triggerCount(): number {
    return this.#number("SELECT count(*) FROM triggers");
  }

  /** How many symbols fired at least once. */
  symbolsFired(): number {
    return this.#number("SELECT count(DISTINCT symbol) FROM triggers");
  }

  close(): void {
    this.#db.close();
  }

  #number(sql: string): number {
    return this.#db.prepare(sql).pluck().get() as number;
  }
}
