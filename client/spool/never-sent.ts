import { sameValues, type Quote } from "../../domain/quote.ts";
import type { SpooledQuote } from "./spooled-quote.ts";

/** Far more than the bars that are forming at one time, which are what newer versions replace. */
const KEYS_MAX = 10_000;

/** What putting quotes does to the spool. */
export interface SpoolChange {
  /** Rows that newer versions make superfluous. */
  readonly superseded: readonly SpooledQuote[];
  /** New rows. */
  readonly added: readonly SpooledQuote[];
}

/**
 * Of each key the newest version that was never sent: only that one may be replaced. Kept in memory, the newest 10,000; what is not
 * known here, as after a restart, counts as sent.
 */
export class NeverSent {
  readonly #newest = new Map<string, SpooledQuote>();

  /** How these quotes, in their order, are spooled: a version that waits, or the new one in its place, may say all that the two say. */
  plan(quotes: readonly Quote[], nextId: () => number): SpoolChange {
    const newest = new Map<string, SpooledQuote>();
    const superseded: SpooledQuote[] = [];
    const added = new Map<number, SpooledQuote>();
    for (const quote of quotes) {
      const key = keyOf(quote);
      const known = newest.get(key) ?? this.#newest.get(key);
      if (known !== undefined && saysAllOf(known.quote, quote)) continue;
      if (known !== undefined && saysAllOf(quote, known.quote) && !added.delete(known.id)) superseded.push(known);
      const row = { id: nextId(), quote };
      added.set(row.id, row);
      newest.set(key, row);
    }
    return { superseded, added: [...added.values()] };
  }

  /** These were spooled, of a plan that was carried out. */
  keep(rows: readonly SpooledQuote[]): void {
    for (const row of rows) {
      const key = keyOf(row.quote);
      this.#newest.delete(key); // to the end: the oldest are dropped
      this.#newest.set(key, row);
    }
    for (const key of this.#newest.keys()) {
      if (this.#newest.size <= KEYS_MAX) break;
      this.#newest.delete(key);
    }
  }

  /** These leave: the server may see them. */
  drop(rows: readonly SpooledQuote[]): void {
    if (this.#newest.size === 0) return;
    for (const { id, quote } of rows) {
      const key = keyOf(quote);
      if (this.#newest.get(key)?.id === id) this.#newest.delete(key);
    }
  }
}

/**
 * Whether judging would miss nothing without the other version: a later bar that kept its open and whose range takes the earlier
 * one in, or the very same values. A tick that was corrected says something else, and both are sent.
 */
function saysAllOf(newer: Quote, older: Quote): boolean {
  if (newer.fetchTimeMs < older.fetchTimeMs) return false;
  if (newer.periodMs === 0) return sameValues(newer, older);
  return (
    newer.sessionClass === older.sessionClass &&
    newer.open === older.open &&
    newer.high >= older.high &&
    newer.low <= older.low
  );
}

function keyOf({ symbol, source, periodMs, quoteTimeMs }: Quote): string {
  return `${symbol}|${source}|${periodMs}|${quoteTimeMs}`;
}
