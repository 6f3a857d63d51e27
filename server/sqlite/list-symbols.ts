import type Database from "better-sqlite3";

/** Every symbol that has a quote: a hop from one to the next, because reading every row of the table would take seconds. */
const SYMBOLS = `WITH RECURSIVE symbols (symbol) AS (
    SELECT min(symbol) FROM quotes
    UNION ALL SELECT (SELECT min(symbol) FROM quotes WHERE quotes.symbol > symbols.symbol) FROM symbols WHERE symbol IS NOT NULL)
  SELECT symbol FROM symbols WHERE symbol IS NOT NULL ORDER BY symbol`;

/** The symbols that quotes are stored of, by name. */
export function listSymbols(db: Database.Database): readonly string[] {
  return db.prepare(SYMBOLS).pluck().all() as string[];
}
