// What a million alerts cost a quote that touches none of them: the price moves between two cents, and levels stand at every cent round
// about. A store with the million and one with a thousand, in turns, without the network (ingest.alerts-* have it).
import { join } from "node:path";
import { HOUR_MS } from "../domain/time.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { quantile, type Bench, type BenchResult } from "./bench.ts";
import { inBenchFolder, JudgingLane } from "./judging-lane.ts";
import { fillAlerts } from "./many-alerts.ts";
import { RandomTicks, STILL } from "./random-ticks.ts";

const NAME = "judge.untouched-1000000";
const FEW = 1_000;
const MANY = 1_000_000;
const ROUNDS = 15;
const WARM_UP_ROUNDS = 3;
const BATCH = 1_000;
const BATCHES_PER_ROUND = 30;

/** `--samples` counts the rounds. */
export const judgeUntouched: Bench = {
  names: [NAME],
  run: ({ samples, signal }) => inBenchFolder((folder) => measure(folder, samples ?? ROUNDS, signal)),
};

async function measure(folder: string, rounds: number, signal: AbortSignal): Promise<BenchResult[]> {
  const [few, many] = [await Lane.open(folder, FEW), await Lane.open(folder, MANY)];
  try {
    const costs: { few: number; many: number }[] = [];
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      signal.throwIfAborted();
      const cost = { few: await few.cost(), many: await many.cost() };
      if (round >= 0) costs.push(cost);
    }
    if (few.firedCount() + many.firedCount() > 0) throw new Error("a quote that should touch nothing set an alert off");
    return [resultOf(costs)];
  } finally {
    await few.close();
    await many.close();
  }
}

function resultOf(costs: readonly { few: number; many: number }[]): BenchResult {
  const median = (of: (cost: (typeof costs)[number]) => number): number => quantile(costs.map(of), 0.5);
  return {
    name: NAME,
    value: median(({ many }) => many),
    unit: "µs a quote",
    baseline: median(({ few }) => few),
    ratio: median(({ few, many }) => many / few),
    baselineMeaning: `the same with ${FEW} alerts, in turns; ${costs.length} rounds of ${BATCH * BATCHES_PER_ROUND} quotes that touch no alert, ${BATCH} a batch, medians.`,
    limit:
      "storing the quote, which is nearly all of it. Between the two nearest levels of its symbol, which are kept in memory, a quote asks nothing of the alerts.",
  };
}

/** A store with so many alerts, and what it takes in. */
class Lane extends JudgingLane {
  readonly #ticks: RandomTicks;

  private constructor(file: string, ticks: RandomTicks) {
    super(file);
    this.#ticks = ticks;
  }

  static async open(folder: string, count: number): Promise<Lane> {
    const file = join(folder, `${count}.db`);
    const ticks = new RandomTicks(systemClock.now() - HOUR_MS, STILL);
    await fillAlerts(file, ticks.take(ticks.symbols.length), count);
    return new Lane(file, ticks);
  }

  /** Microseconds a quote. */
  cost(): Promise<number> {
    return this.costOf(Array.from({ length: BATCHES_PER_ROUND }, () => this.#ticks.take(BATCH)));
  }
}
