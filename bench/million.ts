// What a server that has grown costs: a million alerts and a gigabyte of quotes, beside an empty one, the two in turns. From the
// start of the process to serving, and the memory that it holds after it has served for a while.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DAY_MS } from "../domain/time.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { openStoreDatabase } from "../server/sqlite/sqlite-store.ts";
import { UPSERT_QUOTE } from "../server/sqlite/quote-store.ts";
import { DemoWorld, orAborted } from "../scripts/demo/demo-world.ts";
import { quantile, type Bench, type BenchResult } from "./bench.ts";
import { fillAlerts } from "./many-alerts.ts";
import { RandomTicks, STILL } from "./random-ticks.ts";
import { ReadyBatches } from "./ready-batches.ts";
import { SendingClient } from "./sending-client.ts";

const BELL = join(import.meta.dirname, "../cli/main.ts");
const ALERTS = 1_000_000;
const BYTES = 1_000_000_000;
const STARTS = 9;
const FILL_BATCH = 100_000;
/** Quotes that each server takes in before its memory is read, with prices that touch no alert. */
const SERVED_QUOTES = 200_000;
const BATCH = 1_000;
const KIB_PER_MIB = 1_024;

/** `--samples` counts the starts. */
export const million: Bench = {
  names: ["start.million", "memory.million"],
  run: async ({ samples, signal }) => {
    const empty = await Place.open({ isFull: false }, signal);
    const full = await Place.open({ isFull: true }, signal);
    try {
      const starts = await compareStarts(samples ?? STARTS, full, empty);
      return [starts, memoryResult(await full.memoryAfterServing(), await empty.memoryAfterServing())];
    } finally {
      await full.close();
      await empty.close();
    }
  },
};

async function compareStarts(runs: number, full: Place, empty: Place): Promise<BenchResult> {
  const times: { full: number; empty: number }[] = [];
  for (let run = -1; run < runs; run++) {
    const time = { full: await full.startingTime(), empty: await empty.startingTime() };
    if (run >= 0) times.push(time);
  }
  const median = (of: (time: (typeof times)[number]) => number): number => quantile(times.map(of), 0.5);
  return {
    name: "start.million",
    value: median((time) => time.full),
    unit: "ms",
    baseline: median((time) => time.empty),
    ratio: median((time) => time.full / time.empty),
    baselineMeaning: `the same server with an empty database, in turns; from the start of the process to serving, ${runs} starts after a stop in good order, medians.`,
    limit:
      "starting Node and loading the modules: nothing of the database is read at the start but its header, its schema and what waits. The whole file is read through afterwards, by a process of its own.",
  };
}

function memoryResult(full: number, empty: number): BenchResult {
  return {
    name: "memory.million",
    value: full,
    unit: "MiB",
    baseline: empty,
    ratio: full / empty,
    baselineMeaning: `the resident memory of the same server that began with an empty database; both after taking in ${SERVED_QUOTES} quotes.`,
    limit: "SQLite's page cache (64 MiB) and Node itself; alerts and quotes are not held in memory.",
  };
}

/** A server's world, full or empty, and the server in it. */
class Place {
  readonly #world: DemoWorld;
  readonly #ticks: RandomTicks;
  #child: ChildProcess | null = null;

  private constructor(world: DemoWorld, ticks: RandomTicks) {
    this.#world = world;
    this.#ticks = ticks;
  }

  static async open({ isFull }: { readonly isFull: boolean }, signal: AbortSignal): Promise<Place> {
    const world = await DemoWorld.open({ environment: process.env, keepFolder: null, signal, print: () => undefined });
    const ticks = new RandomTicks(systemClock.now() - DAY_MS, STILL);
    try {
      await world.bell(["certs"]);
      const file = join(world.dataFolder, "tickerbell.db");
      if (isFull) {
        await fillAlerts(file, ticks.take(ticks.symbols.length), ALERTS);
        fillQuotes(file);
      }
      return new Place(world, ticks);
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  /** Milliseconds from the start of a server's process until it serves; the process is ended again. */
  async startingTime(): Promise<number> {
    const startedAt = performance.now();
    await this.#start();
    const time = performance.now() - startedAt;
    await this.#stop();
    return time;
  }

  /** The server's resident memory in MiB after it has taken quotes in. */
  async memoryAfterServing(): Promise<number> {
    const { address, pid } = await this.#start();
    const batches = new ReadyBatches();
    const client = new SendingClient(address, this.#world.certsFolder, batches);
    for (let sent = 0; sent < SERVED_QUOTES; sent += BATCH) {
      batches.add([this.#ticks.take(BATCH)]);
      await client.acknowledged(this.#world.signal);
    }
    const memory = residentMemory(pid);
    await client.close();
    await this.#stop();
    return memory;
  }

  async close(): Promise<void> {
    await this.#stop();
    await this.#world.close();
  }

  async #start(): Promise<{ address: string; pid: number }> {
    const child = fork(BELL, ["server"], {
      env: this.#world.environment,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child = child;
    const ended = once(child, "exit").then(() => {
      throw new Error("the server ended before it served");
    });
    const [message] = (await orAborted(Promise.race([once(child, "message"), ended]), this.#world.signal)) as [Ready];
    ended.catch(() => undefined); // it ends some day
    return { address: message.ready["grpc"] ?? "", pid: child.pid ?? NaN };
  }

  async #stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
}

/** What a process tells its parent. */
interface Ready {
  readonly ready: Readonly<Record<string, string>>;
}

/** Quotes of earlier days that nobody judges any more, straight into their table, until the file is large enough. */
function fillQuotes(file: string): void {
  const database = openStoreDatabase(file);
  const { db } = database;
  const upsert = db.prepare(UPSERT_QUOTE);
  const ticks = new RandomTicks(systemClock.now() - 1_000 * DAY_MS);
  const insert = db.transaction(() => {
    for (const quote of ticks.take(FILL_BATCH)) {
      const { symbol, quoteTimeMs: time, close } = quote;
      upsert.run([symbol, "bench-history", 0, time, time, close, close, close, close, 1, "always", time, null]);
    }
  });
  while (statSync(file).size < BYTES) insert.immediate();
  database.close();
}

function residentMemory(pid: number): number {
  const [, kib = "NaN"] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / KIB_PER_MIB;
}
