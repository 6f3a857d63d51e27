import type Database from "better-sqlite3";
import type { TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { KeepTimes, RetentionStore, Slice } from "../retention-store.ts";
import { DeletedAlerts } from "./deleted-alerts.ts";
import { EndedSessions } from "./ended-sessions.ts";
import { ExpiredQuotes } from "./expired-quotes.ts";
import { listSymbols } from "./list-symbols.ts";
import { OldMailRecords } from "./old-mail-records.ts";
import type { Transactions } from "./transactions.ts";

/** A slice begins nothing more after so long: with what it has begun, and its commit, it takes less than ten milliseconds. */
const SLICE_MS = 2;
/** And takes so many pieces of work at most: their commit takes time, too. */
const SLICE_PIECES = 8;

export class SqliteRetentionStore implements RetentionStore {
  readonly #db: Database.Database;
  readonly #transactions: Transactions;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #quotes: ExpiredQuotes;
  readonly #alerts: DeletedAlerts;
  readonly #sessions: EndedSessions;
  readonly #mails: OldMailRecords;

  constructor(db: Database.Database, transactions: Transactions, clock: Pick<Clock, "monotonic">) {
    this.#db = db;
    this.#transactions = transactions;
    this.#clock = clock;
    this.#quotes = new ExpiredQuotes(db);
    this.#alerts = new DeletedAlerts(db);
    this.#sessions = new EndedSessions(db);
    this.#mails = new OldMailRecords(db);
  }

  async listSymbols(): Promise<readonly string[]> {
    return Promise.resolve(listSymbols(this.#db));
  }

  removeExpired(symbol: string, keep: KeepTimes): Promise<Slice> {
    return this.#slice(() => this.#quotes.removeSome(symbol, keep));
  }

  removeDeletedAlerts(keepMs: number): Promise<Slice> {
    return this.#slice(() => this.#alerts.removeSome(keepMs));
  }

  removeEndedSessions(keepMs: number): Promise<Slice> {
    return this.#slice((now) => this.#sessions.removeSome(now - keepMs));
  }

  removeOldMailRecords(keepMs: number): Promise<Slice> {
    return this.#slice((now) => this.#mails.removeSome(now - keepMs));
  }

  /** One work of the writer: pieces until the time is up, or there is nothing left. */
  #slice(removeSome: (now: TimeMs) => number): Promise<Slice> {
    return this.#transactions.write(({ now }) => {
      const startMs = this.#clock.monotonic();
      let rows = 0;
      for (let piece = 0; piece < SLICE_PIECES && this.#clock.monotonic() - startMs < SLICE_MS; piece += 1) {
        const some = removeSome(now);
        if (some === 0) return { rows, hasMore: false };
        rows += some;
      }
      return { rows, hasMore: true };
    });
  }
}
