// Quotes of ten symbols, in batches that lie ready, from a fetcher's stream over mutual TLS into a server of its own, durable and judged with 1,000 alerts
// far away; in turns with the same upsert alone, rows ready in memory, 1,000 a transaction, into the same table.
import type Database from "better-sqlite3";
import { join } from "node:path";
import { DAY_MS } from "../domain/time.ts";
import { asOf, compareQuotes, type Quote } from "../domain/quote.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { UPSERT_QUOTE } from "../server/sqlite/quote-store.ts";
import { openStoreDatabase } from "../server/sqlite/sqlite-store.ts";
import { DemoWorld } from "../scripts/demo/demo-world.ts";
import { quantile, type Bench, type BenchResult } from "./bench.ts";
import { fillStore } from "./filled-store.ts";
import { RandomTicks } from "./random-ticks.ts";
import { ReadyBatches } from "./ready-batches.ts";
import { SendingClient } from "./sending-client.ts";

const NAME = "ingest.batch-1000";
const BATCH = 1_000;
const BATCHES_PER_ROUND = 50;
const ROUNDS = 9;
/** Nobody counts these: the compilers are still at work. */
const WARM_UP_ROUNDS = 2;
const ALERTS = 1_000;
/** No price comes near these levels. */
const FAR_LEVEL = 1_000;

/** `--samples` counts the rounds. */
export const ingestBatch1000: Bench = {
  names: [NAME],
  run: async ({ samples, signal }) => [await measure(samples ?? ROUNDS, signal)],
};

async function measure(rounds: number, signal: AbortSignal): Promise<BenchResult> {
  const world = await DemoWorld.open({ environment: process.env, keepFolder: null, signal, print: () => undefined });
  try {
    const ticks = new RandomTicks(systemClock.now() - DAY_MS);
    await world.bell(["certs"]);
    await fillStore(world.dataFolder, ["user-1"], farAlerts(ticks.symbols));
    await world.start("server");
    const batches = new ReadyBatches();
    const client = new SendingClient(world.address("server", "grpc"), world.certsFolder, batches);
    const send: Send = (quotes) => {
      batches.add(inBatches(quotes));
      return client.acknowledged(world.signal);
    };
    const bare = openStoreDatabase(join(world.dataFolder, "bare.db"));
    try {
      return await compare(rounds, ticks, send, new BareUpsert(bare.db));
    } finally {
      await client.close();
      bare.close();
    }
  } finally {
    await world.close();
  }
}

/** Resolves when all of them are on disk and judged. */
type Send = (quotes: readonly Quote[]) => Promise<void>;

function inBatches(quotes: readonly Quote[]): Quote[][] {
  return Array.from({ length: quotes.length / BATCH }, (_, at) => quotes.slice(at * BATCH, (at + 1) * BATCH));
}

async function compare(rounds: number, ticks: RandomTicks, send: Send, bare: BareUpsert): Promise<BenchResult> {
  const ours: number[] = [];
  const alone: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const quotes = ticks.take(BATCH * BATCHES_PER_ROUND);
    const rates = [await rate(quotes.length, () => send(quotes)), bare.rateOf(quotes)] as const;
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
    unit: "rows/s",
    baseline: quantile(alone, 0.5),
    ratio,
    baselineMeaning: `the server's own upsert into the same table, rows ready in memory, ${BATCH} a transaction, synchronous=FULL; in turns with ours, whose batches lie ready too, past the fetcher's outbox; ${rounds} rounds of ${BATCH * BATCHES_PER_ROUND} rows, medians.`,
    limit:
      "the server's one thread, which decodes, checks, judges and stores: three fifths of its time are SQLite's, as in the baseline; the sender shares the machine's cores with it.",
  };
}

/** Rows a second. */
async function rate(rows: number, work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (rows * 1_000) / (performance.now() - startedAt);
}

/** The statement that stores a quote, and nothing round it. */
class BareUpsert {
  readonly #db: Database.Database;
  readonly #upsert: Database.Statement;
  #seq = 0;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#upsert = db.prepare(UPSERT_QUOTE);
  }

  /** Rows a second. */
  rateOf(quotes: readonly Quote[]): number {
    const rows = quotes.toSorted(compareQuotes).map((quote) => this.#rowFrom(quote));
    const insert = this.#db.transaction((first: number) => {
      for (let at = first; at < first + BATCH; at++) this.#upsert.run(rows[at]);
    });
    const startedAt = performance.now();
    for (let first = 0; first < rows.length; first += BATCH) insert.immediate(first);
    return (rows.length * 1_000) / (performance.now() - startedAt);
  }

  #rowFrom(quote: Quote): unknown[] {
    const { symbol, source, periodMs, quoteTimeMs, open, high, low, close, volume, sessionClass, fetchTimeMs } = quote;
    this.#seq += 1;
    const key = [symbol, source, periodMs, quoteTimeMs, asOf(quote)];
    return [...key, open, high, low, close, volume, sessionClass, fetchTimeMs, this.#seq];
  }
}

function farAlerts(symbols: readonly string[]) {
  return Array.from({ length: ALERTS }, (_, at) => {
    const symbol = symbols[at % symbols.length] ?? "AAPL";
    return { userId: "user-1", symbol, level: FAR_LEVEL + at };
  });
}
