import type Database from "better-sqlite3";
import type { Gap } from "../../domain/gap.ts";
import type { TimeMs } from "../../domain/time.ts";
import { GAPS_KEPT, type GapQuery, type GapStore } from "../gap-store.ts";
import type { Transactions } from "./transactions.ts";

interface GapRow {
  readonly symbol: string;
  readonly source: string;
  readonly period_ms: number;
  readonly start_time: TimeMs;
  readonly end_time: TimeMs;
  readonly reason: string;
}

export class SqliteGapStore implements GapStore {
  readonly #transactions: Transactions;
  readonly #insert: Database.Statement;
  readonly #trim: Database.Statement;
  readonly #list: Database.Statement;

  constructor(db: Database.Database, transactions: Transactions) {
    this.#transactions = transactions;
    this.#insert = db.prepare(
      `INSERT INTO gaps VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET end_time = excluded.end_time, reason = excluded.reason WHERE excluded.end_time > end_time`,
    );
    this.#trim = db.prepare(
      `DELETE FROM gaps WHERE symbol = @symbol AND (source, period_ms, start_time) NOT IN
       (SELECT source, period_ms, start_time FROM gaps WHERE symbol = @symbol ORDER BY start_time DESC LIMIT @kept)`,
    );
    this.#list = db.prepare(
      `SELECT * FROM gaps WHERE symbol = @symbol AND start_time < @endMs AND end_time > @startMs
       ORDER BY start_time DESC, source, period_ms LIMIT @limit`,
    );
  }

  recordGaps(gaps: readonly Gap[]): Promise<void> {
    return this.#transactions.write(() => {
      for (const { symbol, source, periodMs, startTimeMs, endTimeMs, reason } of gaps) {
        this.#insert.run(symbol, source, periodMs, startTimeMs, endTimeMs, reason);
      }
      for (const symbol of new Set(gaps.map((gap) => gap.symbol))) this.#trim.run({ symbol, kept: GAPS_KEPT });
    });
  }

  async listGaps(query: GapQuery): Promise<readonly Gap[]> {
    const rows = this.#list.all(query) as GapRow[];
    return Promise.resolve(rows.reverse().map(gapFromRow));
  }
}

function gapFromRow({ symbol, source, period_ms, start_time, end_time, reason }: GapRow): Gap {
  return { symbol, source, periodMs: period_ms, startTimeMs: start_time, endTimeMs: end_time, reason };
}
