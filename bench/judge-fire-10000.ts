// One quote sets off 10,000 alerts of 5,005 users, five of whom have 1,000 each. What everybody else feels of it: how long it holds the
// event loop, and how long other symbols' quotes then wait to be on disk and judged, beside how long they do when nothing else happens.
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Quote } from "../domain/quote.ts";
import { HOUR_MS } from "../domain/time.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { quantile, type Bench, type BenchResult } from "./bench.ts";
import { inBenchFolder, JudgingLane } from "./judging-lane.ts";
import { fillAlerts, levelAbove } from "./many-alerts.ts";
import { RandomTicks, STILL } from "./random-ticks.ts";

const NAME = "judge.fire-10000";
const ALERTS = 10_000;
/** Of each symbol and side, so many are of a user each; the others of users with so many as one may have. */
const SINGLE = 5_000;
const MOST_OF_ONE = 1_000;
/** Each on another symbol. */
const FIRES = 5;
/** How long the event loop may be held. */
const BLOCK_GOAL_MS = 50;
/** So often other symbols' quotes come, whatever becomes of the last ones. */
const EVERY_MS = 5;
const IDLE_MS = 4_000;
const WARM_UP_MS = 2_000;
const NS_PER_MS = 1e6;

/** `--samples` counts the fires, ten at most. */
export const judgeFire10000: Bench = {
  names: [`${NAME}.block`, `${NAME}.others`],
  run: ({ samples, signal }) => inBenchFolder((folder) => measure(folder, samples ?? FIRES, signal)),
};

/** What one fire came to. */
interface Felt {
  readonly idle: readonly number[];
  readonly busy: readonly number[];
  readonly blockMs: number;
}

async function measure(folder: string, fires: number, signal: AbortSignal): Promise<BenchResult[]> {
  const file = join(folder, "tickerbell.db");
  const ticks = new RandomTicks(systemClock.now() - HOUR_MS, STILL);
  const sides = 2 * ticks.symbols.length;
  await fillAlerts(file, ticks.take(ticks.symbols.length), sides * ALERTS, (at) => ownerOf(at, sides));
  const lane = new JudgingLane(file);
  try {
    await new OtherQuotes(lane, ticks, null).waitsFor(WARM_UP_MS);
    const felt: Felt[] = [];
    for (const symbol of ticks.symbols.slice(0, fires)) {
      signal.throwIfAborted();
      felt.push(await feltAround(lane, ticks, symbol));
    }
    if (lane.firedCount() !== felt.length * ALERTS) throw new Error(`${lane.firedCount()} alerts fired`);
    return [blockResult(felt), othersResult(felt)];
  } finally {
    await lane.close();
  }
}

async function feltAround(lane: JudgingLane, ticks: RandomTicks, symbol: string): Promise<Felt> {
  const others = new OtherQuotes(lane, ticks, symbol);
  const idle = await others.waitsFor(IDLE_MS);
  const held = monitorEventLoopDelay({ resolution: 1 });
  const price = levelAbove(STILL.middle, ALERTS - 1, ALERTS);
  const large = ticks.takeAt(price).filter((quote) => quote.symbol === symbol);
  held.enable();
  const isOver = lane.take(large);
  const busy = await others.waitsUntil(isOver);
  held.disable();
  return { idle, busy, blockMs: held.max / NS_PER_MS };
}

function blockResult(felt: readonly Felt[]): BenchResult {
  const value = Math.max(...felt.map(({ blockMs }) => blockMs));
  return {
    name: `${NAME}.block`,
    value,
    unit: "ms",
    baseline: BLOCK_GOAL_MS,
    ratio: value / BLOCK_GOAL_MS,
    baselineMeaning: `the goal of ${BLOCK_GOAL_MS} ms; the longest time for which nothing else was done, of ${felt.length} quotes that set off ${ALERTS} alerts each.`,
    limit:
      "one commit, which judges 25 alerts at most: half of it is the judging, the other half writing the 200 pages that their states, changes, wakes and triggers lie on; or, after 60 alerts, moving those pages into the database.",
  };
}

function othersResult(felt: readonly Felt[]): BenchResult {
  const [busy, idle] = [felt.flatMap((one) => one.busy), felt.flatMap((one) => one.idle)];
  const [value, baseline] = [quantile(busy, 0.99), quantile(idle, 0.99)];
  return {
    name: `${NAME}.others`,
    value,
    unit: "ms",
    baseline,
    ratio: value / baseline,
    baselineMeaning: `the same when nothing else happens; the 99th percentile of ${idle.length} waits of other symbols' quotes for being on disk and judged, nine quotes every ${EVERY_MS} ms, counted from when they were due; of ${busy.length} during ${felt.length} quotes that set off ${ALERTS} alerts each.`,
    limit:
      "what is under way (a commit of seventeen alerts, another small one, or moving the log into the database), and their own commit, which leaves the alerts alone. Smaller commits would make everybody wait less and the alerts longer.",
  };
}

/** Alerts go to sides in turn. */
function ownerOf(at: number, sides: number): string {
  const nth = Math.floor(at / sides);
  return nth < SINGLE ? `single-${nth}` : `many-${at % sides}-${Math.floor(nth / MOST_OF_ONE)}`;
}

/** Quotes of all symbols but one that touch nothing. */
class OtherQuotes {
  readonly #lane: JudgingLane;
  readonly #ticks: RandomTicks;
  readonly #without: string | null;

  constructor(lane: JudgingLane, ticks: RandomTicks, without: string | null) {
    this.#lane = lane;
    this.#ticks = ticks;
    this.#without = without;
  }

  /** How long each batch waited, in milliseconds; for so long. */
  waitsFor(ms: number): Promise<readonly number[]> {
    return this.waitsUntil(systemClock.sleep(ms));
  }

  /** The same until this is over. */
  async waitsUntil(isOver: Promise<void>): Promise<readonly number[]> {
    const over = new AbortController();
    const ending = isOver.finally(() => over.abort());
    const waits: Promise<number>[] = [];
    const beganAt = performance.now();
    for (let dueAt = beganAt; !over.signal.aborted; dueAt += EVERY_MS) {
      const leftMs = dueAt - performance.now(); // none if the event loop was held: then whatever is overdue goes at once
      if (leftMs > 0) await systemClock.sleep(Math.ceil(leftMs));
      waits.push(this.#waitOf(this.#batch(), dueAt));
    }
    await ending;
    return Promise.all(waits);
  }

  /** From when it was due, for its sender did not wait until the event loop came round to it. */
  async #waitOf(batch: readonly Quote[], dueAt: number): Promise<number> {
    await this.#lane.take(batch);
    return performance.now() - dueAt;
  }

  #batch(): readonly Quote[] {
    return this.#ticks.take(this.#ticks.symbols.length).filter(({ symbol }) => symbol !== this.#without);
  }
}
