// Quotes of ten symbols, in batches of 1, 10, 100 and 1,000 that lie ready, from a fetcher's stream over mutual TLS into a server
// of its own, durable and judged with 1,000 alerts far away; in turns with the same upsert alone, rows ready in memory, as many a
// transaction, into the same table.
import { join } from "node:path";
import { DAY_MS } from "../domain/time.ts";
import type { Quote } from "../domain/quote.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { openStoreDatabase } from "../server/sqlite/sqlite-store.ts";
import { DemoWorld } from "../scripts/demo/demo-world.ts";
import { BareUpsert } from "./bare-upsert.ts";
import { quantile, type Bench, type BenchResult } from "./bench.ts";
import { fillStore } from "./filled-store.ts";
import { RandomTicks } from "./random-ticks.ts";
import { ReadyBatches } from "./ready-batches.ts";
import { SendingClient } from "./sending-client.ts";

interface Sweep {
  /** Quotes in a batch. */
  readonly batch: number;
  readonly batchesPerRound: number;
  readonly limit: string;
}

const SWEEPS: readonly Sweep[] = [
  {
    batch: 1,
    batchesPerRound: 1_000,
    limit:
      "a message each way for each quote. Eight batches are under way at a time, and what waits is committed together, which the bare statement cannot do: it waits for the disk at each row.",
  },
  {
    batch: 10,
    batchesPerRound: 500,
    limit: "a message each way for ten quotes; up to eight batches share one commit.",
  },
  {
    batch: 100,
    batchesPerRound: 200,
    limit: "the server's one thread, which decodes, checks, judges and stores; up to eight batches share one commit.",
  },
  {
    batch: 1_000,
    batchesPerRound: 50,
    limit:
      "the server's one thread, which decodes, checks, judges and stores: three fifths of its time are SQLite's, as in the baseline; the sender shares the machine's cores with it.",
  },
];

const ROUNDS = 9;
/** Nobody counts these: the compilers are still at work. */
const WARM_UP_ROUNDS = 2;
const ALERTS = 1_000;
/** No price comes near these levels. */
const FAR_LEVEL = 1_000;

/** A bench of its own for each size; `--samples` counts the rounds. */
export const ingestBatches: readonly Bench[] = SWEEPS.map((sweep) => ({
  names: [nameOf(sweep)],
  run: async ({ samples, signal }) => [await measure(sweep, samples ?? ROUNDS, signal)],
}));

function nameOf({ batch }: Sweep): string {
  return `ingest.batch-${batch}`;
}

async function measure(sweep: Sweep, rounds: number, signal: AbortSignal): Promise<BenchResult> {
  const world = await DemoWorld.open({ environment: process.env, keepFolder: null, signal, print: () => undefined });
  try {
    const ticks = new RandomTicks(systemClock.now() - DAY_MS);
    await world.bell(["certs"]);
    await fillStore(world.dataFolder, ["user-1"], farAlerts(ticks.symbols));
    await world.start("server");
    const batches = new ReadyBatches();
    const client = new SendingClient(world.address("server", "grpc"), world.certsFolder, batches);
    const send: Send = (quotes) => {
      batches.add(inBatches(quotes, sweep.batch));
      return client.acknowledged(world.signal);
    };
    const bare = openStoreDatabase(join(world.dataFolder, "bare.db"));
    try {
      return await compare(sweep, rounds, ticks, { send, bare: new BareUpsert(bare.db) });
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

function inBatches(quotes: readonly Quote[], batch: number): Quote[][] {
  return Array.from({ length: quotes.length / batch }, (_, at) => quotes.slice(at * batch, (at + 1) * batch));
}

async function compare(
  sweep: Sweep,
  rounds: number,
  ticks: RandomTicks,
  { send, bare }: { readonly send: Send; readonly bare: BareUpsert },
): Promise<BenchResult> {
  const { batch, batchesPerRound, limit } = sweep;
  const ours: number[] = [];
  const alone: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const quotes = ticks.take(batch * batchesPerRound);
    const rates = [await rate(quotes.length, () => send(quotes)), bare.rateOf(quotes, batch)] as const;
    if (round < 0) continue;
    ours.push(rates[0]);
    alone.push(rates[1]);
  }
  const ratios = ours.map((value, at) => value / (alone[at] ?? NaN));
  return {
    name: nameOf(sweep),
    value: quantile(ours, 0.5),
    unit: "rows/s",
    baseline: quantile(alone, 0.5),
    ratio: quantile(ratios, 0.5),
    baselineMeaning: `the server's own upsert into the same table, rows ready in memory, ${batch} a transaction, synchronous=FULL; in turns with ours, whose batches lie ready too, past the fetcher's spool; ${rounds} rounds of ${batch * batchesPerRound} rows, medians.`,
    limit,
  };
}

/** Rows a second. */
async function rate(rows: number, work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (rows * 1_000) / (performance.now() - startedAt);
}

function farAlerts(symbols: readonly string[]) {
  return Array.from({ length: ALERTS }, (_, at) => {
    const symbol = symbols[at % symbols.length] ?? "AAPL";
    return { userId: "user-1", symbol, level: FAR_LEVEL + at };
  });
}
