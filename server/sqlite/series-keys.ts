import type Database from "better-sqlite3";

/** A source and period of which a symbol has quotes. */
export interface SeriesKey {
  readonly symbol: string;
  readonly source: string;
  readonly periodMs: number;
}

/** Sorts after every text, as the first hop needs. */
const AFTER_ALL = Buffer.alloc(0);

/** Finds the series of a symbol: a hop from one to the next, for a symbol has few of them and, often, millions of quotes. */
export class SeriesKeys {
  readonly #ofSource: Database.Statement;
  readonly #ofNextSource: Database.Statement;

  constructor(db: Database.Database) {
    // Each seeks: with both columns in one comparison SQLite reads every row of the series before.
    this.#ofSource = db.prepare(
      `SELECT symbol, source, period_ms AS periodMs FROM quotes
       WHERE symbol = @symbol AND source = @source AND period_ms < @periodMs ORDER BY period_ms DESC LIMIT 1`,
    );
    this.#ofNextSource = db.prepare(
      `SELECT symbol, source, period_ms AS periodMs FROM quotes WHERE symbol = @symbol AND source < @source
       ORDER BY source DESC, period_ms DESC LIMIT 1`,
    );
  }

  of(symbol: string): readonly SeriesKey[] {
    const keys: SeriesKey[] = [];
    for (let last: SeriesKey | undefined; ; keys.push(last)) {
      const sameSource = last && (this.#ofSource.get(last) as SeriesKey | undefined);
      const source = last?.source ?? AFTER_ALL;
      last = sameSource ?? (this.#ofNextSource.get({ symbol, source }) as SeriesKey | undefined);
      if (last === undefined) return keys;
    }
  }
}
