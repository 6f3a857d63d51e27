// What an alert would have done in thirty days: 8,000 minute bars of one symbol, played through the judge in the thread that reads the past,
// from the call to its answer; in turns with a bare loop that reads the same rows and compares each close with the level.
import Database from "better-sqlite3";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { civilDay } from "../domain/calendar/civil-day.ts";
import { regularSessionOn } from "../domain/calendar/market-time.ts";
import type { Quote } from "../domain/quote.ts";
import { MINUTE_MS } from "../domain/time.ts";
import type { Store } from "../server/store.ts";
import { UPSERT_QUOTE } from "../server/sqlite/quote-store.ts";
import { openStoreDatabase } from "../server/sqlite/sqlite-store.ts";
import { quantile, type Bench, type BenchResult } from "./bench.ts";
import { openBenchStore, plainAlert } from "./filled-store.ts";

const NAME = "preview.30d";
const SYMBOL = "AAPL";
const BARS = 8_000;
const LEVEL = 100;
const CALLS = 51;
/** Nobody counts these: the compilers are still at work. */
const WARM_UP_CALLS = 10;
const FIRST_DAY = civilDay(2026, 1, 2);

/** `--samples` counts the calls. */
export const preview30d: Bench = {
  names: [NAME],
  run: async ({ samples, signal }) => {
    const folder = await mkdtemp(join(tmpdir(), "tickerbell-bench-"));
    const file = join(folder, "tickerbell.db");
    const bars = minuteBars();
    insertBars(file, bars);
    const store = openBenchStore(file);
    const bare = new Database(file, { readonly: true });
    try {
      return [await measure(samples ?? CALLS, { store, bare, startMs: bars[0]?.quoteTimeMs ?? 0 }, signal)];
    } finally {
      bare.close();
      await store.close();
      await rm(folder, { recursive: true });
    }
  },
};

interface Compared {
  readonly store: Store;
  readonly bare: Database.Database;
  readonly startMs: number;
}

async function measure(calls: number, { store, bare, startMs }: Compared, signal: AbortSignal): Promise<BenchResult> {
  const condition = { kind: "above", level: LEVEL, forMs: 0 } as const;
  const alert = { ...plainAlert({ id: "a", userId: "u", symbol: SYMBOL, condition }), repeat: "every" } as const;
  const select = bare.prepare("SELECT * FROM quotes WHERE symbol = ? ORDER BY quote_time");
  const times: { ours: number; bare: number }[] = [];
  for (let call = -WARM_UP_CALLS; call < calls; call++) {
    signal.throwIfAborted();
    const startedAt = performance.now();
    const [preview] = await store.history.preview({ alert, startMs, endMs: Infinity });
    const time = { ours: performance.now() - startedAt, bare: bareLoopTime(select) };
    if (preview?.quoteCount !== BARS || preview.fireCount === 0) throw new Error("the preview did not play every bar");
    if (call >= 0) times.push(time);
  }
  const median = (of: (time: (typeof times)[number]) => number): number => quantile(times.map(of), 0.5);
  return {
    name: NAME,
    value: median(({ ours }) => ours),
    unit: "ms",
    baseline: median(({ bare: alone }) => alone),
    ratio: median(({ ours, bare: alone }) => ours / alone),
    baselineMeaning: `a loop over the same ${BARS} rows that compares each close with the level; in turns, medians of ${calls}.`,
    limit:
      "reading the rows, then the judge's own work on each bar: walk, market time, believability. The event loop does none of it.",
  };
}

function bareLoopTime(select: Database.Statement): number {
  const startedAt = performance.now();
  let crossed = 0;
  let isAbove = false;
  for (const { close } of select.all(SYMBOL) as { close: number }[]) {
    if (close >= LEVEL && !isAbove) crossed += 1;
    isAbove = close >= LEVEL;
  }
  if (crossed === 0) throw new Error("no price crossed the level");
  return performance.now() - startedAt;
}

/** Minute bars of regular sessions, one after the other, whose prices swing about the level. */
function minuteBars(): readonly Quote[] {
  const bars: Quote[] = [];
  for (let day = FIRST_DAY; bars.length < BARS; day++) {
    const session = regularSessionOn(SYMBOL, day);
    if (session === null) continue;
    for (let timeMs = session.startMs; timeMs < session.endMs && bars.length < BARS; timeMs += MINUTE_MS) {
      bars.push(minuteBar(timeMs, bars.length));
    }
  }
  return bars;
}

function minuteBar(quoteTimeMs: number, at: number): Quote {
  const [open, close] = [priceAt(at), priceAt(at + 1)];
  const key = { symbol: SYMBOL, source: "bench", periodMs: MINUTE_MS, quoteTimeMs };
  const [high, low] = [Math.max(open, close) + 0.05, Math.min(open, close) - 0.05];
  return { ...key, open, high, low, close, volume: 1, sessionClass: "regular", fetchTimeMs: quoteTimeMs + MINUTE_MS };
}

function priceAt(minute: number): number {
  return Math.round((LEVEL + 2 * Math.sin(minute / 60)) * 100) / 100;
}

function insertBars(file: string, bars: readonly Quote[]): void {
  const database = openStoreDatabase(file);
  const upsert = database.db.prepare(UPSERT_QUOTE);
  database.db.transaction(() => {
    for (const [at, bar] of bars.entries()) {
      const { symbol, source, periodMs, quoteTimeMs, open, high, low, close, volume, sessionClass, fetchTimeMs } = bar;
      const key = [symbol, source, periodMs, quoteTimeMs, quoteTimeMs + periodMs];
      upsert.run([...key, open, high, low, close, volume, sessionClass, fetchTimeMs, at + 1]);
    }
  })();
  database.close();
}
