// Our index beside the usual way: for each quote every alert of its symbol is read from the table and compared with the price. Both store
// the quote by the same statement, as many a transaction; no price touches an alert.
import type Database from "better-sqlite3";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { asOf, type Quote } from "../domain/quote.ts";
import { HOUR_MS } from "../domain/time.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { openStoreDatabase } from "../server/sqlite/sqlite-store.ts";
import { UPSERT_QUOTE } from "../server/sqlite/quote-store.ts";
import { quantile, type Bench, type BenchResult } from "./bench.ts";
import { inBenchFolder, JudgingLane } from "./judging-lane.ts";
import { fillAlerts } from "./many-alerts.ts";
import { RandomTicks, STILL } from "./random-ticks.ts";

const COUNTS = [1_000, 10_000, 100_000];
const ROUNDS = 25;
const WARM_UP_ROUNDS = 5;
const BATCH = 100;

/** A bench of its own for each number of alerts; `--samples` counts the rounds. */
export const judgeTableScans: readonly Bench[] = COUNTS.map((count) => ({
  names: [nameOf(count)],
  run: ({ samples, signal }) =>
    inBenchFolder((folder) => measure(folder, { count, rounds: samples ?? ROUNDS }, signal)),
}));

function nameOf(count: number): string {
  return `judge.table-scan-${count}`;
}

interface Size {
  /** Of alerts, on ten symbols. */
  readonly count: number;
  readonly rounds: number;
}

async function measure(folder: string, { count, rounds }: Size, signal: AbortSignal): Promise<BenchResult[]> {
  const [file, copy] = [join(folder, "ours.db"), join(folder, "usual.db")];
  const ticks = new RandomTicks(systemClock.now() - HOUR_MS, STILL);
  await fillAlerts(file, ticks.take(ticks.symbols.length), count);
  await copyFile(file, copy);
  const ours = new JudgingLane(file);
  const database = openStoreDatabase(copy);
  const usual = new UsualWay(database.db);
  try {
    const costs: Cost[] = [];
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      signal.throwIfAborted();
      const quotes = ticks.take(BATCH);
      const cost = { ours: await ours.costOf([quotes]), usual: usual.costOf(quotes) };
      if (round >= 0) costs.push(cost);
    }
    return [resultOf(count, costs)];
  } finally {
    database.close();
    await ours.close();
  }
}

interface Cost {
  readonly ours: number;
  readonly usual: number;
}

function resultOf(count: number, costs: readonly Cost[]): BenchResult {
  const median = (of: (cost: Cost) => number): number => quantile(costs.map(of), 0.5);
  return {
    name: nameOf(count),
    value: median(({ ours }) => ours),
    unit: "µs a quote",
    baseline: median(({ usual }) => usual),
    ratio: median(({ ours, usual }) => ours / usual),
    baselineMeaning: `the usual way: for each quote one SELECT reads the ${count / 10} alerts of its symbol, by the index on it, and compares their levels with the price within SQLite; in turns, ${costs.length} rounds of ${BATCH} quotes in a transaction, medians.`,
    limit: "storing the quote and waiting for the disk, which both do; ours reads no alert here.",
  };
}

/** Stores quotes and asks every alert of their symbols. */
class UsualWay {
  readonly #db: Database.Database;
  readonly #upsert: Database.Statement;
  readonly #met: Database.Statement;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#upsert = db.prepare(UPSERT_QUOTE);
    this.#met = db.prepare(
      `SELECT row FROM alerts WHERE symbol = @symbol AND state = 'ARMED'
       AND iif(kind = 'above', level <= @close, level >= @close)`,
    );
  }

  /** Microseconds a quote. */
  costOf(quotes: readonly Quote[]): number {
    const startedAt = performance.now();
    this.#db.transaction(() => quotes.forEach((quote) => this.#take(quote))).immediate();
    return ((performance.now() - startedAt) * 1_000) / quotes.length;
  }

  #take(quote: Quote): void {
    const { symbol, source, periodMs, quoteTimeMs, open, high, low, close, volume, sessionClass, fetchTimeMs } = quote;
    const key = [symbol, source, periodMs, quoteTimeMs, asOf(quote)];
    this.#upsert.run([...key, open, high, low, close, volume, sessionClass, fetchTimeMs, null]);
    if (this.#met.all({ symbol, close }).length > 0) throw new Error("a price that should touch nothing met an alert");
  }
}
