import type Database from "better-sqlite3";
import { asOf, IMPORT_SOURCE, sameValues, type Quote } from "../../domain/quote.ts";
import type { TimeMs } from "../../domain/time.ts";
import type {
  ExportKey,
  ExportPage,
  ExportQuery,
  ImportConflict,
  ImportCounts,
  ImportRow,
  ImportStore,
  StagedRows,
} from "../import-store.ts";
import { ExportReading } from "./export-reading.ts";
import { quoteFromRow, type QuoteRow } from "./quote-rows.ts";
import type { Transactions } from "./transactions.ts";

/** The name of the fact that an import is sealed, and when it was. */
const SEAL = "import_seal_time";
/** Before the first row: its symbol is not empty. */
const BEFORE_ALL: ExportKey = { symbol: "", periodMs: 0, quoteTimeMs: 0 };

export class SqliteImportStore implements ImportStore {
  readonly #transactions: Transactions;
  readonly #sql: ReturnType<typeof statements>;
  readonly #export: ExportReading;

  constructor(db: Database.Database, transactions: Transactions) {
    this.#transactions = transactions;
    this.#sql = statements(db);
    this.#export = new ExportReading(db);
  }

  async isSealed(): Promise<boolean> {
    return Promise.resolve(this.#sealTime() !== null);
  }

  dropStaged(limit: number): Promise<boolean> {
    return this.#transactions.write(() => {
      if (this.#sealTime() !== null) return false;
      const rows = this.#staged(BEFORE_ALL, limit);
      this.#dropThrough(rows);
      return rows.length > 0;
    });
  }

  stage(rows: readonly ImportRow[]): Promise<StagedRows> {
    return this.#transactions.write(() => {
      let repeatedCount = 0;
      const conflicts: ImportConflict[] = [];
      for (const { row, quote } of rows) {
        const earlier = this.#stageOne(row, quote);
        if (earlier === null) continue;
        if (sameValues(earlier.quote, quote)) repeatedCount += 1;
        else conflicts.push({ row, earlierRow: earlier.row });
      }
      return { repeatedCount, conflicts };
    });
  }

  async compareStaged(after: ExportKey | null, limit: number): Promise<ImportCounts & { next: ExportKey | null }> {
    const rows = this.#staged(after ?? BEFORE_ALL, limit);
    const counts = noCounts();
    for (const { quote } of rows) counts[noveltyOf(quote, this.#stored(quote))] += 1;
    const last = rows.length < limit ? undefined : rows.at(-1)?.quote;
    return Promise.resolve({ ...counts, next: last ?? null });
  }

  seal(): Promise<void> {
    return this.#transactions.write(({ now }) => {
      this.#sql.seal.run(SEAL, String(now));
    });
  }

  moveSealed(limit: number): Promise<ImportCounts | null> {
    return this.#transactions.write(() => {
      const rows = this.#staged(BEFORE_ALL, limit);
      if (rows.length === 0) {
        this.#sql.unseal.run(SEAL);
        return null;
      }
      const counts = noCounts();
      for (const { quote } of rows) {
        const novelty = noveltyOf(quote, this.#stored(quote));
        counts[novelty] += 1;
        if (novelty !== "knownCount") this.#store(quote, novelty === "changedCount");
      }
      this.#dropThrough(rows);
      return counts;
    });
  }

  async exportPage(query: ExportQuery): Promise<ExportPage> {
    return Promise.resolve(this.#export.page(query));
  }

  #sealTime(): TimeMs | null {
    const text = this.#sql.sealTime.get(SEAL) as string | undefined;
    return text === undefined ? null : Number(text);
  }

  /** The row that has its place already; null: it has it now. */
  #stageOne(row: number, quote: Quote): ImportRow | null {
    const { symbol, periodMs, quoteTimeMs, open, high, low, close, volume } = quote;
    const { changes } = this.#sql.stage.run(symbol, periodMs, quoteTimeMs, row, open, high, low, close, volume);
    if (changes > 0) return null;
    const earlier = this.#sql.stagedOne.get(symbol, periodMs, quoteTimeMs) as StagedRow;
    return importRowFromRow(earlier, quote.fetchTimeMs);
  }

  #staged(after: ExportKey, limit: number): readonly ImportRow[] {
    const sealTimeMs = this.#sealTime() ?? 0;
    const rows = this.#sql.staged.all(after.symbol, after.periodMs, after.quoteTimeMs, limit) as StagedRow[];
    return rows.map((row) => importRowFromRow(row, sealTimeMs));
  }

  #stored({ symbol, periodMs, quoteTimeMs }: ExportKey): Quote | null {
    const row = this.#sql.stored.get(symbol, IMPORT_SOURCE, periodMs, quoteTimeMs) as QuoteRow | undefined;
    return row === undefined ? null : quoteFromRow(row);
  }

  #store(quote: Quote, isThere: boolean): void {
    const { symbol, source, periodMs, quoteTimeMs, open, high, low, close, volume, sessionClass, fetchTimeMs } = quote;
    if (isThere) this.#sql.supersede.run(symbol, source, periodMs, quoteTimeMs);
    const values = [asOf(quote), open, high, low, close, volume, sessionClass, fetchTimeMs];
    this.#sql.store.run(symbol, source, periodMs, quoteTimeMs, ...values);
  }

  /** Drops the first staged rows. */
  #dropThrough(rows: readonly ImportRow[]): void {
    const last = rows.at(-1)?.quote;
    if (last !== undefined) this.#sql.dropThrough.run(last.symbol, last.periodMs, last.quoteTimeMs);
  }
}

function noCounts(): Record<keyof ImportCounts, number> {
  return { newCount: 0, changedCount: 0, knownCount: 0 };
}

/** As what a row counts. */
function noveltyOf(quote: Quote, stored: Quote | null): keyof ImportCounts {
  if (stored === null) return "newCount";
  return sameValues(stored, quote) ? "knownCount" : "changedCount";
}

interface StagedRow {
  readonly symbol: string;
  readonly period_ms: number;
  readonly quote_time: number;
  readonly file_row: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

function importRowFromRow(row: StagedRow, fetchTimeMs: TimeMs): ImportRow {
  const quote: Quote = {
    symbol: row.symbol,
    source: IMPORT_SOURCE,
    periodMs: row.period_ms,
    quoteTimeMs: row.quote_time,
    open: row.open,
    high: row.high,
    low: row.low,
    close: row.close,
    volume: row.volume,
    sessionClass: "always",
    fetchTimeMs,
  };
  return { row: row.file_row, quote };
}

const COLUMNS =
  "symbol, source, period_ms, quote_time, as_of_time, open, high, low, close, volume, session_class, fetch_time, seq";

function statements(db: Database.Database) {
  const key = "symbol = ? AND source = ? AND period_ms = ? AND quote_time = ?";
  const stagedKey = "symbol = ? AND period_ms = ? AND quote_time = ?";
  return {
    sealTime: db.prepare("SELECT value FROM server_facts WHERE name = ?").pluck(),
    seal: db.prepare("INSERT OR REPLACE INTO server_facts VALUES (?, ?)"),
    unseal: db.prepare("DELETE FROM server_facts WHERE name = ?"),
    stage: db.prepare("INSERT INTO import_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"),
    stagedOne: db.prepare(`SELECT * FROM import_rows WHERE ${stagedKey}`),
    staged: db.prepare(
      `SELECT * FROM import_rows WHERE (symbol, period_ms, quote_time) > (?, ?, ?)
       ORDER BY symbol, period_ms, quote_time LIMIT ?`,
    ),
    dropThrough: db.prepare("DELETE FROM import_rows WHERE (symbol, period_ms, quote_time) <= (?, ?, ?)"),
    stored: db.prepare(`SELECT * FROM quotes WHERE ${key}`),
    supersede: db.prepare(`INSERT INTO superseded_quotes (${COLUMNS}) SELECT ${COLUMNS} FROM quotes WHERE ${key}`),
    store: db.prepare(`INSERT OR REPLACE INTO quotes (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)`),
  };
}
