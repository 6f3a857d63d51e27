// Quotes of ten symbols, 1,000 at a time, into a fetcher's spool, out of it and forgotten; in turns with the bare insert and delete
// of the same rows in the same table.
import type Database from "better-sqlite3";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSpool } from "../client/spool/open-spool.ts";
import type { Spool } from "../client/spool/spool.ts";
import { DELETE_SPOOLED, INSERT_SPOOLED } from "../client/spool/spool-table.ts";
import { asOf, type Quote } from "../domain/quote.ts";
import { DAY_MS } from "../domain/time.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { openDatabase } from "../runtime/sqlite/open-database.ts";
import { quantile, type Bench, type BenchResult } from "./bench.ts";
import { RandomTicks } from "./random-ticks.ts";

const NAME = "spool.batch-1000";
const BATCH = 1_000;
const BATCHES_PER_ROUND = 50;
const ROUNDS = 9;
/** Nobody counts these: the compilers are still at work. */
const WARM_UP_ROUNDS = 2;

/** `--samples` counts the rounds. */
export const spoolBatch1000: Bench = {
  names: [NAME],
  run: async ({ samples, signal }) => [await measure(samples ?? ROUNDS, signal)],
};

async function measure(rounds: number, signal: AbortSignal): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), "tickerbell-bench-"));
  const log = createLog("bench", "warn");
  const opened = openSpool({ file: join(folder, "spool.db"), quotesMax: 10 * BATCH, clock: systemClock, log });
  const migrations = join(import.meta.dirname, "../client/spool/migrations");
  const bare = openDatabase({ file: join(folder, "bare.db"), migrations, owner: "fetcher" });
  try {
    return await compare(rounds, opened.spool, new BareSpool(bare.db), signal);
  } finally {
    opened.close();
    bare.close();
    await rm(folder, { recursive: true });
  }
}

async function compare(rounds: number, spool: Spool, bare: BareSpool, signal: AbortSignal): Promise<BenchResult> {
  const ticks = new RandomTicks(systemClock.now() - DAY_MS);
  const ours: number[] = [];
  const alone: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const quotes = ticks.take(BATCH * BATCHES_PER_ROUND);
    const batches = Array.from({ length: BATCHES_PER_ROUND }, (_, at) => quotes.slice(at * BATCH, (at + 1) * BATCH));
    const rates = [await rateOfSpool(batches, spool, signal), bare.rateOf(batches)] as const;
    if (round < 0) continue;
    ours.push(rates[0]);
    alone.push(rates[1]);
  }
  const ratio = quantile(
    ours.map((value, at) => value / (alone[at] ?? NaN)),
    0.5,
  );
  return {
    name: NAME,
    value: quantile(ours, 0.5),
    unit: "quotes/s",
    baseline: quantile(alone, 0.5),
    ratio,
    baselineMeaning: `the spool's own insert and delete of the same rows in the same table, ready in memory, ${BATCH} a transaction each, synchronous=FULL for the insert; in turns with ours; ${rounds} rounds of ${BATCH * BATCHES_PER_ROUND} quotes, medians.`,
    limit:
      "SQLite's work on one clustered table, and that each batch is read back before it is sent, so that memory does not grow with what waits.",
  };
}

/** Quotes a second: put, taken, acknowledged. */
async function rateOfSpool(batches: readonly (readonly Quote[])[], spool: Spool, signal: AbortSignal): Promise<number> {
  const startedAt = performance.now();
  for (const quotes of batches) {
    await spool.put(quotes, signal);
    const batch = spool.takeBatch();
    if (batch?.quotes.length !== quotes.length) throw new Error("the spool did not give the batch that was put");
    spool.acknowledge(batch.sequence, []);
  }
  return rate(batches, startedAt);
}

/** The statements that spool and forget a quote, and nothing round them. */
class BareSpool {
  readonly #db: Database.Database;
  readonly #insert: (rows: readonly BareRow[]) => void;
  readonly #delete: (rows: readonly BareRow[]) => void;
  #lastId = 0;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#insert = this.#transaction(INSERT_SPOOLED, ({ insert }) => insert);
    this.#delete = this.#transaction(DELETE_SPOOLED, (row) => row.delete);
  }

  /** Quotes a second. */
  rateOf(batches: readonly (readonly Quote[])[]): number {
    const rows = batches.map((quotes) => quotes.map((quote) => this.#rowFrom(quote)));
    const startedAt = performance.now();
    for (const batch of rows) {
      this.#insert(batch);
      this.#db.pragma("synchronous = NORMAL");
      this.#delete(batch);
      this.#db.pragma("synchronous = FULL");
    }
    return rate(batches, startedAt);
  }

  #transaction(sql: string, valuesOf: (row: BareRow) => readonly unknown[]): (rows: readonly BareRow[]) => void {
    const statement = this.#db.prepare(sql);
    const run = this.#db.transaction((rows: readonly BareRow[]) => {
      for (const row of rows) statement.run(valuesOf(row));
    });
    return (rows) => run.immediate(rows);
  }

  #rowFrom(quote: Quote): BareRow {
    const { symbol, source, periodMs, quoteTimeMs, open, high, low, close, volume, sessionClass, fetchTimeMs } = quote;
    this.#lastId += 1;
    const key = [asOf(quote), symbol, fetchTimeMs, source, periodMs, quoteTimeMs];
    const values = [close, open, high, low, volume, sessionClass];
    return { insert: [...key, ...values, this.#lastId], delete: [...key, this.#lastId] };
  }
}

interface BareRow {
  readonly insert: readonly unknown[];
  readonly delete: readonly unknown[];
}

function rate(batches: readonly (readonly Quote[])[], startedAt: number): number {
  return (batches.length * BATCH * 1_000) / (performance.now() - startedAt);
}
