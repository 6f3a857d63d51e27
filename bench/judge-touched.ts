// What a million alerts cost where quotes touch some: every hundredth quote goes over 25 levels, and what stands there fires. A store with
// the million, where they stand at one cent, and one with a thousand, where they stand along ten dollars, in turns. Fired alerts do not
// fire again: those of the small store are made what they were before each round, the large one goes on with its next cents. Else both
// are alike: they grow older by the same quotes and triggers, and a round ends when all that it wrote is in the database.
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { Quote } from "../domain/quote.ts";
import { HOUR_MS } from "../domain/time.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { quantile, type Bench, type BenchResult } from "./bench.ts";
import { inBenchFolder, JudgingLane } from "./judging-lane.ts";
import { fillAlerts, levelAbove } from "./many-alerts.ts";
import { RandomTicks, STILL } from "./random-ticks.ts";
import { renewAlerts } from "./renew-alerts.ts";

const NAME = "judge.touched";
const FEW = 1_000;
const MANY = 1_000_000;
const ROUNDS = 25;
const WARM_UP_ROUNDS = 5;
/** In each batch one quote touches alerts. */
const BATCH = 100;
const TOUCHED = 25;
/** All that the small store has above its prices. */
const TOUCHES_PER_SYMBOL = 2;

/** `--samples` counts the rounds. */
export const judgeTouched: Bench = {
  names: [NAME],
  run: ({ samples, signal }) => inBenchFolder((folder) => measure(folder, samples ?? ROUNDS, signal)),
};

interface Cost {
  readonly few: number;
  readonly many: number;
}

async function measure(folder: string, rounds: number, signal: AbortSignal): Promise<BenchResult[]> {
  const [few, many] = [join(folder, "few.db"), join(folder, "many.db")];
  const quotes = { few: await TouchingQuotes.fill(few, FEW), many: await TouchingQuotes.fill(many, MANY) };
  const fresh = join(folder, "fresh.db");
  await copyFile(few, fresh);
  const large = new JudgingLane(many);
  try {
    const costs: Cost[] = [];
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      signal.throwIfAborted();
      const cost = { few: await costOfFew(few, fresh, quotes.few), many: await costOfRound(large, quotes.many) };
      if (round >= 0) costs.push(cost);
    }
    return [resultOf(costs)];
  } finally {
    await large.close();
  }
}

/** With its alerts as they are in the fresh file. */
async function costOfFew(file: string, fresh: string, quotes: TouchingQuotes): Promise<number> {
  renewAlerts(file, fresh);
  quotes.beginAnew();
  const lane = new JudgingLane(file);
  try {
    return await costOfRound(lane, quotes);
  } finally {
    await lane.close();
  }
}

/** Microseconds a quote. */
async function costOfRound(lane: JudgingLane, quotes: TouchingQuotes): Promise<number> {
  await lane.take(quotes.still()); // what a store that was just opened reads first
  const batches = quotes.round();
  const before = lane.firedCount();
  const cost = await lane.wholeCostOf(batches);
  const fired = lane.firedCount() - before;
  if (fired !== batches.length * TOUCHED) throw new Error(`${fired} alerts fired, not ${batches.length * TOUCHED}`);
  return cost;
}

function resultOf(costs: readonly Cost[]): BenchResult {
  const median = (of: (cost: Cost) => number): number => quantile(costs.map(of), 0.5);
  return {
    name: NAME,
    value: median(({ many }) => many),
    unit: "µs a quote",
    baseline: median(({ few }) => few),
    ratio: median(({ few, many }) => many / few),
    baselineMeaning: `the same with ${FEW} alerts instead of ${MANY}, in turns; of ${BATCH} quotes, which are a batch, one sets off ${TOUCHED} alerts; ${costs.length} rounds of ${BATCH * TOUCHES_PER_SYMBOL * 10} quotes with the moving of the log, medians.`,
    limit:
      "the writes of each firing (state, change, wakes, trigger, notification), some thirty times the price of a quote that touches nothing. Of a million alerts nearly each has pages of its own, which have to be read and are written whole.",
  };
}

/** Batches in which one quote goes over the next levels of its symbol, and all others stay between two cents. */
class TouchingQuotes {
  readonly #ticks = new RandomTicks(systemClock.now() - HOUR_MS, STILL);
  readonly #perSide: number;
  /** Of each symbol. */
  #touches = 0;

  private constructor(count: number) {
    this.#perSide = count / this.#ticks.symbols.length / 2;
  }

  /** Fills a database with so many alerts; the quotes that come then. */
  static async fill(file: string, count: number): Promise<TouchingQuotes> {
    const quotes = new TouchingQuotes(count);
    await fillAlerts(file, quotes.#ticks.take(quotes.#ticks.symbols.length), count);
    return quotes;
  }

  /** Nothing has fired: the first levels are touched next. */
  beginAnew(): void {
    this.#touches = 0;
  }

  /** A batch that touches nothing. */
  still(): Quote[] {
    return this.#ticks.take(BATCH);
  }

  /** A batch for each symbol and touch. */
  round(): Quote[][] {
    const batches: Quote[][] = [];
    for (let touch = 0; touch < TOUCHES_PER_SYMBOL; touch++) {
      this.#touches += 1;
      const level = levelAbove(STILL.middle, this.#touches * TOUCHED - 1, this.#perSide);
      for (const symbol of this.#ticks.symbols) batches.push(this.#touching(symbol, level));
    }
    return batches;
  }

  #touching(symbol: string, level: number): Quote[] {
    const quotes = this.#ticks.take(BATCH);
    const at = quotes.findLastIndex((quote) => quote.symbol === symbol);
    return quotes.map((quote, other) =>
      other === at ? { ...quote, open: level, high: level, low: level, close: level } : quote,
    );
  }
}
