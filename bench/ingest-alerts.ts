// What alerts cost a quote that touches none of them: batches of 1,000 quotes of ten symbols, whose prices stay between two cents,
// past no alert, 1,000 and 1,000,000 of them with levels at every cent round about; the servers in turns, in the same run.
import Database from "better-sqlite3";
import { join } from "node:path";
import { DAY_MS } from "../domain/time.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { DemoWorld } from "../scripts/demo/demo-world.ts";
import { quantile, type Bench, type BenchResult } from "./bench.ts";
import { fillAlerts } from "./many-alerts.ts";
import { RandomTicks, STILL } from "./random-ticks.ts";
import { ReadyBatches } from "./ready-batches.ts";
import { SendingClient } from "./sending-client.ts";

const COUNTS = [0, 1_000, 1_000_000] as const;
const BASELINE = 1_000;
const ROUNDS = 9;
const WARM_UP_ROUNDS = 2;
const BATCH = 1_000;
const QUOTES_PER_ROUND = 30_000;
/** Prices that cross a cent now and then: the next cent's alerts fire. */
const MOVING_STEP = 0.01;
/** So many times the price goes on by a cent; each time those fire that stand there. */
const MOVES = 20;

/** `--samples` counts the rounds. */
export const ingestAlerts: Bench = {
  names: [...COUNTS.map((count) => `ingest.alerts-${count}`), "ingest.alerts-1000000.touched"],
  run: ({ samples, signal }) => measure(samples ?? ROUNDS, signal),
};

async function measure(rounds: number, signal: AbortSignal): Promise<BenchResult[]> {
  const lanes: Lane[] = [];
  try {
    for (const count of COUNTS) lanes.push(await Lane.open(count, signal));
    const costs = new Map<number, number[]>(COUNTS.map((count) => [count, []]));
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      for (const lane of lanes) {
        const cost = await lane.costOfStill();
        if (round >= 0) costs.get(lane.count)?.push(cost);
      }
    }
    const touched = await lanes.at(-1)?.costOfFiring();
    return [...COUNTS.map((count) => untouchedResult(count, costs, rounds)), touchedResult(touched ?? NaN, costs)];
  } finally {
    for (const lane of lanes) await lane.close();
  }
}

function untouchedResult(count: number, costs: ReadonlyMap<number, number[]>, rounds: number): BenchResult {
  const [ours = [], base = []] = [costs.get(count), costs.get(BASELINE)];
  const ratios = ours.map((cost, at) => cost / (base[at] ?? NaN));
  return {
    name: `ingest.alerts-${count}`,
    value: quantile(ours, 0.5),
    unit: "µs a quote",
    baseline: quantile(base, 0.5),
    ratio: quantile(ratios, 0.5),
    baselineMeaning: `the same with ${BASELINE} alerts, in turns; ${rounds} rounds of ${QUOTES_PER_ROUND} quotes that touch no alert, medians.`,
    limit:
      "nothing that grows with the alerts: a quote within the quiet interval of its symbol asks nothing of the index.",
  };
}

function touchedResult(cost: number, costs: ReadonlyMap<number, number[]>): BenchResult {
  const base = quantile(costs.get(BASELINE) ?? [], 0.5);
  return {
    name: "ingest.alerts-1000000.touched",
    value: cost,
    unit: "µs an alert that fires",
    baseline: base,
    ratio: cost / base,
    baselineMeaning: `a quote that touches nothing, past ${BASELINE} alerts; the price of ten symbols goes on by a cent ${MOVES} times, and whatever stands there fires.`,
    limit: "the writes of each firing: state, change, wakes, trigger, and the notification that it joins.",
  };
}

/** A server with so many alerts, and what it takes in. */
class Lane {
  readonly count: number;
  readonly #world: DemoWorld;
  readonly #client: SendingClient;
  readonly #batches: ReadyBatches;
  readonly #ticks: RandomTicks;

  private constructor(count: number, world: DemoWorld, ticks: RandomTicks) {
    this.count = count;
    this.#world = world;
    this.#ticks = ticks;
    this.#batches = new ReadyBatches();
    this.#client = new SendingClient(world.address("server", "grpc"), world.certsFolder, this.#batches);
  }

  static async open(count: number, signal: AbortSignal): Promise<Lane> {
    const world = await DemoWorld.open({ environment: process.env, keepFolder: null, signal, print: () => undefined });
    try {
      const ticks = new RandomTicks(systemClock.now() - DAY_MS, STILL);
      await world.bell(["certs"]);
      await fillAlerts(join(world.dataFolder, "tickerbell.db"), ticks.take(ticks.symbols.length), count);
      await world.start("server");
      return new Lane(count, world, ticks);
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  /** Microseconds a quote that touches nothing. */
  async costOfStill(): Promise<number> {
    const quotes = this.#ticks.take(QUOTES_PER_ROUND);
    const batches = Array.from({ length: QUOTES_PER_ROUND / BATCH }, (_, at) =>
      quotes.slice(at * BATCH, (at + 1) * BATCH),
    );
    const startedAt = performance.now();
    this.#batches.add(batches);
    await this.#client.acknowledged(this.#world.signal);
    return ((performance.now() - startedAt) * 1_000) / QUOTES_PER_ROUND;
  }

  /** Microseconds an alert that fires, with everything that follows from it up to the acknowledgement. */
  async costOfFiring(): Promise<number> {
    const startedAt = performance.now();
    for (let move = 1; move <= MOVES; move++) {
      this.#batches.add([this.#ticks.takeAt(STILL.middle + move * MOVING_STEP)]);
      await this.#client.acknowledged(this.#world.signal);
    }
    return ((performance.now() - startedAt) * 1_000) / this.#firedCount();
  }

  #firedCount(): number {
    const db = new Database(join(this.#world.dataFolder, "tickerbell.db"), { readonly: true });
    try {
      return Number(db.prepare("SELECT count(*) FROM triggers").pluck().get());
    } finally {
      db.close();
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
    await this.#world.close();
  }
}
