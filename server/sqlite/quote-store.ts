// Step 5 of a quote's story: one transaction stores the quotes, judges the alerts they can touch, writes changed states, records
// triggers and joins or starts notifications. When its promise resolves, all of that is on disk.
import type Database from "better-sqlite3";
import { asOf, compareQuotes, sameValues, type Quote } from "../../domain/quote.ts";
import { sightOf } from "../../domain/sight.ts";
import { walkBounds } from "../../domain/walk.ts";
import type { Candle, CandleQuery, Judge, QuoteStore, RecordResult, StoredQuote, UserTrigger } from "../store.ts";
import type { AlertJudging } from "./alert-judging.ts";
import { listCandles } from "./candles.ts";
import { NewestTimes } from "./newest-times.ts";
import { quoteFromRow, type QuoteRow } from "./quote-rows.ts";
import type { SeriesMemory } from "./series-memory.ts";
import { SESSION } from "./series-memory.ts";
import type { Transactions } from "./transactions.ts";

const COLUMNS =
  "symbol, source, period_ms, quote_time, as_of_time, open, high, low, close, volume, session_class, fetch_time, seq";

/** What a version of a quote means to the store. */
type Novelty = "new" | "newer" | "known";

export class SqliteQuoteStore implements QuoteStore {
  readonly #newest: NewestTimes;
  readonly #db: Database.Database;
  readonly #transactions: Transactions;
  readonly #series: SeriesMemory;
  readonly #judging: AlertJudging;
  readonly #upsert: Database.Statement;
  readonly #supersede: Database.Statement;
  readonly #get: Database.Statement;

  constructor(db: Database.Database, transactions: Transactions, series: SeriesMemory, judging: AlertJudging) {
    this.#db = db;
    this.#transactions = transactions;
    this.#series = series;
    this.#judging = judging;
    const key = "symbol = ? AND source = ? AND period_ms = ? AND quote_time = ?";
    this.#upsert = db.prepare(UPSERT_QUOTE);
    this.#supersede = db.prepare(
      `INSERT INTO superseded_quotes (${COLUMNS}) SELECT ${COLUMNS} FROM quotes WHERE ${key}`,
    );
    this.#get = db.prepare(`SELECT * FROM quotes WHERE ${key}`);
    this.#newest = new NewestTimes(db);
    transactions.onRollback(() => this.#newest.forget());
  }

  recordQuotes(quotes: readonly Quote[], judge: Judge): Promise<RecordResult> {
    return this.#transactions.write((stamp) => {
      const stored: StoredQuote[] = [];
      const triggers: UserTrigger[] = [];
      for (const quote of [...quotes].sort(compareQuotes)) {
        const novelty = this.#noveltyOf(quote);
        if (novelty === "known") continue;
        if (novelty === "newer") this.#supersede.run(quote.symbol, quote.source, quote.periodMs, quote.quoteTimeMs);
        const judged = this.#series.isJudged(quote) ? this.#series.advance(quote) : null;
        this.#store(quote, judged?.seq ?? null);
        stored.push({ quote, seq: judged?.seq ?? null });
        if (judged === null) continue;
        const sight = sightOf(quote, judged.previous);
        for (const fired of this.#judging.judge(sight, walkBounds(sight.walk), judged.seq, stamp, judge))
          triggers.push(fired);
      }
      this.#series.save();
      return { stored, knownCount: quotes.length - stored.length, triggerCount: triggers.length, triggers };
    });
  }

  async getQuote(symbol: string): Promise<StoredQuote | null> {
    return Promise.resolve(this.#newestOf(symbol));
  }

  async listQuotes(): Promise<readonly StoredQuote[]> {
    const symbols = this.#db.prepare(SYMBOLS).pluck().all() as string[];
    return Promise.resolve(symbols.map((symbol) => this.#newestOf(symbol)).filter((stored) => stored !== null));
  }

  async listCandles(query: CandleQuery): Promise<readonly Candle[]> {
    return Promise.resolve(listCandles(this.#db, query));
  }

  async newestAsOf(): Promise<number | null> {
    return Promise.resolve(this.#db.prepare("SELECT max(as_of_time) FROM series").pluck().get() as number | null);
  }

  /** A version that was fetched earlier than the stored one is known; so is one that says the same. */
  #noveltyOf(quote: Quote): Novelty {
    if (this.#newest.advance(quote)) return "new";
    const row = this.#get.get(quote.symbol, quote.source, quote.periodMs, quote.quoteTimeMs) as QuoteRow | undefined;
    if (row === undefined) return "new";
    const stored = quoteFromRow(row);
    return sameValues(stored, quote) || compareVersions(quote, stored) <= 0 ? "known" : "newer";
  }

  #store(quote: Quote, seq: number | null): void {
    const { symbol, source, periodMs, quoteTimeMs, open, high, low, close, volume, sessionClass, fetchTimeMs } = quote;
    const values = [open, high, low, close, volume, sessionClass, fetchTimeMs, seq];
    this.#upsert.run(symbol, source, periodMs, quoteTimeMs, asOf(quote), ...values);
  }

  /** The newest quote of a symbol's judged series, and of a symbol without one the newest of all. */
  #newestOf(symbol: string): StoredQuote | null {
    const row = this.#judgedRow(symbol) ?? this.#anyRow(symbol);
    return row === undefined ? null : { quote: quoteFromRow(row), seq: row.seq };
  }
  #judgedRow(symbol: string): QuoteRow | undefined {
    return this.#db
      .prepare(
        `SELECT quotes.* FROM series JOIN quotes USING (symbol, source, period_ms, quote_time)
         WHERE symbol = ? AND session = '${SESSION}'`,
      )
      .get(symbol) as QuoteRow | undefined;
  }

  #anyRow(symbol: string): QuoteRow | undefined {
    const sql = "SELECT * FROM quotes WHERE symbol = ? ORDER BY as_of_time DESC, fetch_time DESC LIMIT 1";
    return this.#db.prepare(sql).get(symbol) as QuoteRow | undefined;
  }
}

/** The one statement that stores a quote; the benchmark beside it runs the same text bare. */
export const UPSERT_QUOTE = `INSERT INTO quotes (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET as_of_time = excluded.as_of_time, open = excluded.open, high = excluded.high,
  low = excluded.low, close = excluded.close, volume = excluded.volume, session_class = excluded.session_class,
  fetch_time = excluded.fetch_time, seq = excluded.seq`;

/** Every symbol that has a quote: a hop from one to the next, because reading every row of the table would take seconds. */
const SYMBOLS = `WITH RECURSIVE symbols (symbol) AS (
    SELECT min(symbol) FROM quotes
    UNION ALL SELECT (SELECT min(symbol) FROM quotes WHERE quotes.symbol > symbols.symbol) FROM symbols WHERE symbol IS NOT NULL)
  SELECT symbol FROM symbols WHERE symbol IS NOT NULL ORDER BY symbol`;

/** Of two versions of one quote the one fetched later is newer; of two fetched at once the same one wins in any order. */
function compareVersions(a: Quote, b: Quote): number {
  return a.fetchTimeMs - b.fetchTimeMs || compareQuotes(a, b);
}
