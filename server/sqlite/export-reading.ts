import type Database from "better-sqlite3";
import { SIMULATOR_SOURCE, type Quote } from "../../domain/quote.ts";
import type { ExportPage, ExportQuery } from "../import-store.ts";
import { quoteFromRow, type QuoteRow } from "./quote-rows.ts";

/** All quotes of a symbol with one period. */
interface Group {
  readonly symbol: string;
  readonly periodMs: number;
}

/** Reads stored quotes for an export, a page at a time. Every statement seeks: a store has millions of quotes, and few symbols, sources and periods. */
export class ExportReading {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database) {
    this.#sql = statements(db);
  }

  /** A page of one symbol and period; it may be empty though more follows. */
  page({ symbols, startMs, endMs, after, limit }: ExportQuery): ExportPage {
    const group = after ?? this.#nextGroup(symbols, null);
    if (group === null) return { quotes: [], next: null };
    const { symbol, periodMs } = group;
    const afterMs = Math.max(after?.quoteTimeMs ?? -Infinity, startMs - 1);
    const found = this.#sources(symbol).map(
      (source) => this.#sql.quotes.all({ symbol, source, periodMs, afterMs, endMs, limit }) as QuoteRow[],
    );
    // Of a source whose page is full nothing is known behind its last quote.
    const knownMs = Math.min(
      ...found.filter(({ length }) => length === limit).map((rows) => rows.at(-1)?.quote_time ?? 0),
    );
    const rows = found.flat().filter(({ quote_time: time }) => time <= knownMs);
    const next = knownMs < Infinity ? { symbol, periodMs, quoteTimeMs: knownMs } : this.#nextGroup(symbols, group);
    return { quotes: onePerMoment(rows), next: next === null ? null : { quoteTimeMs: -Infinity, ...next } };
  }

  /** In the order of symbol and period; the first one behind null. */
  #nextGroup(symbols: readonly string[], group: Group | null): Group | null {
    const longerMs = group === null ? null : this.#firstPeriod(group.symbol, group.periodMs);
    if (group !== null && longerMs !== null) return { symbol: group.symbol, periodMs: longerMs };
    for (let symbol = this.#nextSymbol(symbols, group?.symbol ?? ""); ; symbol = this.#nextSymbol(symbols, symbol)) {
      if (symbol === null) return null;
      const periodMs = this.#firstPeriod(symbol, BEFORE_ANY);
      if (periodMs !== null) return { symbol, periodMs };
    }
  }

  #nextSymbol(symbols: readonly string[], last: string): string | null {
    if (symbols.length === 0) return this.#sql.nextSymbol.get(last) as string | null;
    return symbols.filter((symbol) => symbol > last).toSorted()[0] ?? null;
  }

  /** The shortest period that is longer, of any source. */
  #firstPeriod(symbol: string, shorterMs: number): number | null {
    const found = this.#sources(symbol).map((source) => this.#sql.nextPeriod.get(symbol, source, shorterMs));
    const periods = found.filter((periodMs) => periodMs !== null) as number[];
    return periods.length === 0 ? null : Math.min(...periods);
  }

  #sources(symbol: string): readonly string[] {
    const sources: string[] = [];
    for (let source = ""; ; sources.push(source)) {
      const next = this.#sql.nextSource.get(symbol, source) as string | null;
      if (next === null) return sources;
      source = next;
    }
  }
}

/** Shorter than a tick's period, which is 0. */
const BEFORE_ANY = -1;

function onePerMoment(rows: readonly QuoteRow[]): readonly Quote[] {
  const best = new Map<number, QuoteRow>();
  for (const row of rows) {
    const other = best.get(row.quote_time);
    if (other === undefined || isBetter(row, other)) best.set(row.quote_time, row);
  }
  return [...best.values()].sort((a, b) => a.quote_time - b.quote_time).map(quoteFromRow);
}

function isBetter(a: QuoteRow, b: QuoteRow): boolean {
  const [aIsReal, bIsReal] = [a.source !== SIMULATOR_SOURCE, b.source !== SIMULATOR_SOURCE];
  if (aIsReal !== bIsReal) return aIsReal;
  const [aIsJudged, bIsJudged] = [a.seq !== null, b.seq !== null];
  return aIsJudged === bIsJudged ? a.fetch_time > b.fetch_time : aIsJudged;
}

function statements(db: Database.Database) {
  return {
    nextSymbol: db.prepare("SELECT min(symbol) FROM quotes WHERE symbol > ?").pluck(),
    nextSource: db.prepare("SELECT min(source) FROM quotes WHERE symbol = ? AND source > ?").pluck(),
    nextPeriod: db
      .prepare("SELECT min(period_ms) FROM quotes WHERE symbol = ? AND source = ? AND period_ms > ?")
      .pluck(),
    quotes: db.prepare(
      `SELECT * FROM quotes WHERE symbol = @symbol AND source = @source AND period_ms = @periodMs
         AND quote_time > @afterMs AND quote_time < @endMs ORDER BY quote_time LIMIT @limit`,
    ),
  };
}
