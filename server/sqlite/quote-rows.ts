import type { Quote, SessionClass } from "../../domain/quote.ts";

/** The columns in which every table keeps a quote. */
export interface QuoteRow {
  readonly symbol: string;
  readonly source: string;
  readonly period_ms: number;
  readonly quote_time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly session_class: string;
  readonly fetch_time: number;
  readonly seq: number | null;
}

export function quoteFromRow(row: QuoteRow): Quote {
  return {
    symbol: row.symbol,
    source: row.source,
    periodMs: row.period_ms,
    quoteTimeMs: row.quote_time,
    open: row.open,
    high: row.high,
    low: row.low,
    close: row.close,
    volume: row.volume,
    sessionClass: row.session_class as SessionClass,
    fetchTimeMs: row.fetch_time,
  };
}
