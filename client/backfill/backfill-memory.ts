import type { TimeMs } from "../../domain/time.ts";
import { writeLazily, type LedgerTables } from "../planner/ledger-tables.ts";

/** Which prices these are. */
export interface SeriesName {
  readonly symbol: string;
  readonly source: string;
  readonly periodMs: number;
}

/** How far each series was handed on, and of which symbols the past was asked for. */
export class BackfillMemory {
  readonly #tables: LedgerTables | null;
  readonly #until = new Map<string, TimeMs>();
  readonly #daily = new Set<string>();

  /** Without tables all is forgotten with the process. Throws what SQLite throws. */
  constructor(tables: LedgerTables | null = null) {
    this.#tables = tables;
    if (tables === null) return;
    const { db, keyHash } = tables;
    const rows = db
      .prepare("SELECT symbol, source, period_ms AS periodMs, until_time AS untilMs FROM handed_on WHERE key_hash = ?")
      .all(keyHash) as (SeriesName & { untilMs: TimeMs })[];
    for (const row of rows) this.#until.set(nameOf(row), row.untilMs);
    const asked = db.prepare("SELECT symbol FROM daily_history WHERE key_hash = ?").pluck().all(keyHash) as string[];
    for (const symbol of asked) this.#daily.add(symbol);
  }

  /** Null: nothing of it was. */
  handedOnUntil(series: SeriesName): TimeMs | null {
    return this.#until.get(nameOf(series)) ?? null;
  }

  /** To be told once the prices are on disk. */
  noteHandedOn(series: SeriesName, untilMs: TimeMs): void {
    const known = this.#until.get(nameOf(series)) ?? -Infinity;
    if (untilMs <= known) return;
    this.#until.set(nameOf(series), untilMs);
    const { symbol, source, periodMs } = series;
    this.#write("INSERT OR REPLACE INTO handed_on VALUES (?, ?, ?, ?, ?)", symbol, source, periodMs, untilMs);
  }

  hasDaily(symbol: string): boolean {
    return this.#daily.has(symbol);
  }

  noteDaily(symbol: string, answerTimeMs: TimeMs): void {
    this.#daily.add(symbol);
    this.#write("INSERT OR REPLACE INTO daily_history VALUES (?, ?, ?)", symbol, answerTimeMs);
  }

  #write(sql: string, ...values: readonly (string | number)[]): void {
    if (this.#tables === null) return;
    const { db, keyHash } = this.#tables;
    const insert = db.prepare(sql);
    writeLazily(this.#tables, () => void insert.run(keyHash, ...values));
  }
}

function nameOf({ symbol, source, periodMs }: SeriesName): string {
  return `${symbol} ${source} ${periodMs}`;
}
