// Step 5 of a quote's story: one transaction stores the quotes of all batches that wait, judges the alerts they can touch, writes changed
// states, records triggers and joins or starts notifications. When its promise resolves, all of that is on disk.
import type Database from "better-sqlite3";
import { asOf, compareQuotes, sameValues, type Quote } from "../../domain/quote.ts";
import type { Candle, CandleQuery } from "../candle.ts";
import type { Judge, QuoteStore, RecordResult } from "../store.ts";
import type { StoredQuote } from "../stored-quote.ts";
import { listCandles } from "./candles.ts";
import { JudgingTurns } from "./judging-turns.ts";
import { listSymbols } from "./list-symbols.ts";
import { moveLog } from "./move-log.ts";
import { NewestJudged } from "./newest-judged.ts";
import { NewestOfAny } from "./newest-of-any.ts";
import { NewestTimes } from "./newest-times.ts";
import { quoteFromRow, type QuoteRow } from "./quote-rows.ts";
import type { PriceDoubts } from "./price-doubts.ts";
import { CommitJudging, type JudgedPart, type JudgingParts } from "./quote-judging.ts";
import type { Stamp, Transactions } from "./transactions.ts";

const COLUMNS =
  "symbol, source, period_ms, quote_time, as_of_time, open, high, low, close, volume, session_class, fetch_time, seq";

/** What a version of a quote means to the store; `retold` says the same as the stored one, and was fetched later. */
type Novelty = "new" | "newer" | "retold" | "known";

/** What storing and judging works with. */
interface QuoteStoreParts extends JudgingParts {
  readonly prices: PriceDoubts;
}

export class SqliteQuoteStore implements QuoteStore {
  readonly #newest: NewestTimes;
  readonly #db: Database.Database;
  readonly #transactions: Transactions;
  readonly #parts: QuoteStoreParts;
  readonly #alertsPerCommit: number;
  readonly #turns = new JudgingTurns();
  readonly #upsert: Database.Statement;
  readonly #supersede: Database.Statement;
  readonly #get: Database.Statement;
  readonly #newestJudged: NewestJudged;
  readonly #newestOfAny: NewestOfAny;

  constructor(db: Database.Database, transactions: Transactions, parts: QuoteStoreParts, alertsPerCommit: number) {
    this.#db = db;
    this.#transactions = transactions;
    this.#parts = parts;
    this.#alertsPerCommit = alertsPerCommit;
    const key = "symbol = ? AND source = ? AND period_ms = ? AND quote_time = ?";
    this.#upsert = db.prepare(UPSERT_QUOTE);
    this.#supersede = db.prepare(
      `INSERT INTO superseded_quotes (${COLUMNS}) SELECT ${COLUMNS} FROM quotes WHERE ${key}`,
    );
    this.#get = db.prepare(`SELECT * FROM quotes WHERE ${key}`);
    this.#newestJudged = new NewestJudged(db);
    this.#newestOfAny = new NewestOfAny(db);
    this.#newest = new NewestTimes(db);
    transactions.onRollback(() => this.#newest.forget());
  }

  async recordQuotes(batches: readonly (readonly Quote[])[], judge: Judge): Promise<RecordResult> {
    const result = await this.#transactions.write((stamp) => this.#record(batches, stamp, judge));
    if (this.#turns.takeMove()) setImmediate(() => moveLog(this.#db)); // after those are answered who waited for this commit
    return result;
  }

  async getQuote(symbol: string): Promise<StoredQuote | null> {
    return Promise.resolve(this.#newestOf(symbol));
  }

  async listQuotes(): Promise<readonly StoredQuote[]> {
    return Promise.resolve(
      listSymbols(this.#db)
        .map((symbol) => this.#newestOf(symbol))
        .filter((stored) => stored !== null),
    );
  }

  async listCandles(query: CandleQuery): Promise<readonly Candle[]> {
    return Promise.resolve(listCandles(this.#db, query));
  }

  async newestAsOf(): Promise<number | null> {
    return Promise.resolve(this.#db.prepare(NEWEST_AS_OF).pluck().get() as number | null);
  }

  #record(batches: readonly (readonly Quote[])[], stamp: Stamp, judge: Judge): RecordResult {
    const { series, open, prices } = this.#parts;
    const stored: StoredQuote[] = [];
    const taken = batches.map(() => new TakenBatch());
    const items = inOrder(batches, taken);
    const commit = new CommitJudging(this.#parts, this.#alertsPerCommit, stamp, judge);
    const othersCome = (): boolean => items.some(({ quote }) => !open.has(quote.symbol));
    commit.goOn(this.#turns.share(this.#alertsPerCommit, othersCome()));
    for (const { quote, batch } of items) {
      const one = this.#take(quote, batch, commit);
      if (one !== null) stored.push(one);
    }
    series.save();
    this.#turns.note(commit.openCount, othersCome()); // what it opened itself is no other's
    commit.triggers.push(...prices.tellOwners(this.#alertsPerCommit, stamp));
    const { triggers } = commit;
    return { batches: taken, stored, triggers, open: open.list(), isTelling: prices.isTelling };
  }

  /** Stores a quote and judges it if its price is believed; null if it is known, or has to wait. */
  #take(quote: Quote, batch: TakenBatch, commit: CommitJudging): StoredQuote | null {
    if (commit.isDeferred(quote.symbol)) return batch.defer(quote);
    const novelty = this.#noveltyOf(quote);
    if (novelty === "known") return batch.know();
    const { prices } = this.#parts;
    const verdict = prices.check(quote);
    if (novelty === "retold" && verdict?.name !== "CONFIRMED") return batch.know();
    const isBelieved = verdict?.doubt === null;
    const judged = isBelieved ? commit.judge(quote) : null;
    if (isBelieved && judged === null) return batch.defer(quote);
    if (verdict !== null && prices.note(quote, verdict)) batch.doubted.push(quote.symbol);
    if (novelty !== "new") this.#supersede.run(quote.symbol, quote.source, quote.periodMs, quote.quoteTimeMs);
    return this.#keep(quote, judged, batch);
  }

  #keep(quote: Quote, judged: JudgedPart | null, batch: TakenBatch): StoredQuote {
    const seq = judged?.seq ?? null;
    this.#store(quote, seq);
    batch.storedCount += 1;
    if (judged?.isOpen === true) batch.opened.push(judged.seq);
    return { quote, seq };
  }

  /** A version that was fetched earlier than the stored one is known; so is one that says the same. */
  #noveltyOf(quote: Quote): Novelty {
    if (this.#newest.advance(quote)) return "new";
    const row = this.#get.get(quote.symbol, quote.source, quote.periodMs, quote.quoteTimeMs) as QuoteRow | undefined;
    if (row === undefined) return "new";
    const stored = quoteFromRow(row);
    if (sameValues(stored, quote)) return quote.fetchTimeMs > stored.fetchTimeMs ? "retold" : "known";
    return compareVersions(quote, stored) <= 0 ? "known" : "newer";
  }

  #store(quote: Quote, seq: number | null): void {
    const { symbol, source, periodMs, quoteTimeMs, open, high, low, close, volume, sessionClass, fetchTimeMs } = quote;
    const values = [open, high, low, close, volume, sessionClass, fetchTimeMs, seq];
    this.#upsert.run(symbol, source, periodMs, quoteTimeMs, asOf(quote), ...values);
  }

  /** The newest quote of a symbol's judged series, and of a symbol without one the newest of all. */
  #newestOf(symbol: string): StoredQuote | null {
    const row = this.#newestJudged.get(symbol) ?? this.#newestOfAny.get(symbol);
    return row === undefined ? null : { quote: quoteFromRow(row), seq: row.seq };
  }
}

/** What becomes of a batch, while its quotes are taken. */
class TakenBatch {
  storedCount = 0;
  knownCount = 0;
  readonly deferred: Quote[] = [];
  readonly opened: number[] = [];
  readonly doubted: string[] = [];

  know(): null {
    this.knownCount += 1;
    return null;
  }

  defer(quote: Quote): null {
    this.deferred.push(quote);
    return null;
  }
}

interface Item {
  readonly quote: Quote;
  readonly batch: TakenBatch;
}

/** The quotes of all batches in their total order, whichever batch and whatever place they came in. */
function inOrder(batches: readonly (readonly Quote[])[], taken: readonly TakenBatch[]): Item[] {
  const items: Item[] = [];
  for (const [at, batch] of taken.entries()) for (const quote of batches[at] ?? []) items.push({ quote, batch });
  return items.sort((a, b) => compareQuotes(a.quote, b.quote));
}

/** The one statement that stores a quote; the benchmark beside it runs the same text bare. */
export const UPSERT_QUOTE = `INSERT INTO quotes (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET as_of_time = excluded.as_of_time, open = excluded.open, high = excluded.high,
  low = excluded.low, close = excluded.close, volume = excluded.volume, session_class = excluded.session_class,
  fetch_time = excluded.fetch_time, seq = excluded.seq`;

const NEWEST_AS_OF = `SELECT max(as_of_time) FROM (
  SELECT as_of_time FROM series
  UNION ALL SELECT as_of_time FROM open_judgings JOIN quotes USING (symbol, source, period_ms, quote_time))`;

/** Of two versions of one quote the one fetched later is newer; of two fetched at once the same one wins in any order. */
function compareVersions(a: Quote, b: Quote): number {
  return a.fetchTimeMs - b.fetchTimeMs || compareQuotes(a, b);
}
