// What removing old prices costs everybody else: the longest time that one slice has the store's writer, in a database of four million ticks of which
// half have expired; and what is taken in while slices run, in turns with taking in alone, without the network.
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { judgeAlert } from "../domain/judging/judge.ts";
import type { Quote } from "../domain/quote.ts";
import { DAY_MS, SECOND_MS } from "../domain/time.ts";
import { systemClock, type Clock } from "../runtime/clock/clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { Retention } from "../server/retention.ts";
import type { RetentionStore, Slice } from "../server/retention-store.ts";
import { UPSERT_QUOTE } from "../server/sqlite/quote-store.ts";
import { openStoreDatabase } from "../server/sqlite/sqlite-store.ts";
import type { Store } from "../server/store.ts";
import { quantile, type Bench, type BenchResult } from "./bench.ts";
import { openBenchStore } from "./filled-store.ts";
import { inBenchFolder } from "./judging-lane.ts";

const SLICE = "retention.slice";
const INGEST = "retention.ingest";
const SYMBOLS = ["AAPL", "IBM", "META", "MSFT"];
const TICKS_EACH = 1_000_000;
const STEP_MS = 5 * SECOND_MS;
/** Half of what there is. */
const KEEP = { ticksMs: (TICKS_EACH / 2) * STEP_MS, minutesMs: 365 * DAY_MS };
/** What is promised of a slice. */
const SLICE_LIMIT_MS = 10;
const SLICES = 400;
/** Nobody counts these: the compilers are still at work. */
const WARM_UP = 20;
const ROUNDS = 9;
const BATCH = 1_000;
const BATCHES_PER_ROUND = 200;

/** `--samples` counts the slices. */
export const retentionSlice: Bench = {
  names: [SLICE, INGEST],
  run: ({ samples, signal }) =>
    inBenchFolder(async (folder) => {
      const file = join(folder, "tickerbell.db");
      const ticks = new SlowTicks(Math.floor(systemClock.now() / DAY_MS) * DAY_MS - TICKS_EACH * STEP_MS - DAY_MS);
      fill(file, ticks, signal);
      const store = openBenchStore(file);
      try {
        await record(store, ticks.take(SYMBOLS.length));
        return [await measureSlices(store, samples ?? SLICES, signal), await measureIngest(store, ticks, signal)];
      } finally {
        await store.close();
      }
    }),
};

async function measureSlices({ retention }: Store, slices: number, signal: AbortSignal): Promise<BenchResult> {
  const times: number[] = [];
  for (let slice = -WARM_UP; slice < slices; slice += 1) {
    signal.throwIfAborted();
    const symbol = SYMBOLS[(slice + WARM_UP) % SYMBOLS.length] ?? "";
    await setImmediate();
    const startedAt = performance.now();
    const { hasMore } = await retention.removeExpired(symbol, KEEP);
    if (!hasMore) throw new Error("nothing is left to be removed");
    if (slice >= 0) times.push(performance.now() - startedAt);
  }
  const longest = Math.max(...times);
  return {
    name: SLICE,
    value: longest,
    unit: "ms, longest",
    baseline: SLICE_LIMIT_MS,
    ratio: longest / SLICE_LIMIT_MS,
    baselineMeaning: `the ${SLICE_LIMIT_MS} ms that a slice may take; the longest of ${times.length}, with its commit, in a database of ${SYMBOLS.length * TICKS_EACH} ticks, the median ${quantile(times, 0.5).toFixed(1)} ms.`,
    limit:
      "removing rows and summing them up, for two milliseconds or a little more; then the disk, which the commit waits for.",
  };
}

async function measureIngest(store: Store, ticks: SlowTicks, signal: AbortSignal): Promise<BenchResult> {
  const rates: { alone: number; beside: number }[] = [];
  for (let round = -2; round < ROUNDS; round += 1) {
    signal.throwIfAborted();
    const alone = await rate(store, ticks);
    const retention = new Counted(store.retention);
    const running = new Retention({
      store: retention,
      audit: store.audit,
      keep: KEEP,
      clock: HASTY_CLOCK,
      log: createLog("bench", "warn"),
    });
    running.start();
    const beside = await rate(store, ticks);
    await running.close();
    if (retention.removed === 0) throw new Error("nothing was removed meanwhile");
    if (round >= 0) rates.push({ alone, beside });
  }
  const median = (of: (pair: (typeof rates)[number]) => number): number => quantile(rates.map(of), 0.5);
  return {
    name: INGEST,
    value: median(({ beside }) => beside),
    unit: "rows/s",
    baseline: median(({ alone }) => alone),
    ratio: median(({ alone, beside }) => beside / alone),
    baselineMeaning: `the same while nothing is removed, in turns; ${ROUNDS} rounds of ${BATCH * BATCHES_PER_ROUND} ticks, ${BATCH} a commit, medians.`,
    limit: "between two slices everybody else has the writer for 50 milliseconds.",
  };
}

/** Rows a second. */
async function rate(store: Store, ticks: SlowTicks): Promise<number> {
  const batches = Array.from({ length: BATCHES_PER_ROUND }, () => ticks.take(BATCH));
  const startedAt = performance.now();
  for (const batch of batches) await record(store, batch);
  return (BATCH * BATCHES_PER_ROUND * SECOND_MS) / (performance.now() - startedAt);
}

async function record(store: Store, quotes: readonly Quote[]): Promise<void> {
  const { stored } = await store.quotes.recordQuotes([quotes], judgeAlert);
  if (stored.length !== quotes.length) throw new Error("not every tick was stored");
  await setImmediate();
}

/** Does not wait before it begins; rests as usual. */
const HASTY_CLOCK: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms < SECOND_MS ? ms : 0, signal),
};

class Counted implements RetentionStore {
  removed = 0;
  readonly #store: RetentionStore;

  constructor(store: RetentionStore) {
    this.#store = store;
  }

  listSymbols(): Promise<readonly string[]> {
    return this.#store.listSymbols();
  }

  async removeExpired(...asked: Parameters<RetentionStore["removeExpired"]>): Promise<Slice> {
    const slice = await this.#store.removeExpired(...asked);
    this.removed += slice.rows;
    return slice;
  }

  removeDeletedAlerts(keepMs: number): Promise<Slice> {
    return this.#store.removeDeletedAlerts(keepMs);
  }

  removeEndedSessions(keepMs: number): Promise<Slice> {
    return this.#store.removeEndedSessions(keepMs);
  }

  removeOldMailRecords(keepMs: number): Promise<Slice> {
    return this.#store.removeOldMailRecords(keepMs);
  }
}

/** Ticks of the symbols, one each every five seconds of their own time. */
class SlowTicks {
  #timeMs: number;

  constructor(startMs: number) {
    this.#timeMs = startMs;
  }

  /** The next ones, oldest first; `count` a multiple of the symbols. */
  take(count: number): Quote[] {
    const quotes: Quote[] = [];
    while (quotes.length < count) {
      this.#timeMs += STEP_MS;
      for (const symbol of SYMBOLS) quotes.push(tick(symbol, this.#timeMs));
    }
    return quotes;
  }
}

function tick(symbol: string, timeMs: number): Quote {
  const close = 100 + ((timeMs / STEP_MS) % 97) / 100;
  const key = { symbol, source: "bench", periodMs: 0, quoteTimeMs: timeMs };
  return {
    ...key,
    open: close,
    high: close,
    low: close,
    close,
    volume: 1,
    sessionClass: "always",
    fetchTimeMs: timeMs,
  };
}

/** Ticks straight into their table. */
function fill(file: string, ticks: SlowTicks, signal: AbortSignal): void {
  const database = openStoreDatabase(file);
  const upsert = database.db.prepare(UPSERT_QUOTE);
  const insert = database.db.transaction((quotes: readonly Quote[]) => {
    for (const { symbol, source, periodMs, quoteTimeMs, open, high, low, close, volume, sessionClass } of quotes) {
      const key = [symbol, source, periodMs, quoteTimeMs, quoteTimeMs];
      upsert.run([...key, open, high, low, close, volume, sessionClass, quoteTimeMs, null]);
    }
  });
  for (let at = 0; at < TICKS_EACH; at += 50_000) {
    signal.throwIfAborted();
    insert(ticks.take(50_000 * SYMBOLS.length));
  }
  database.close();
}
