// Why comparisons are price against level: how often three natural ways to ask "did it rise 5 %?" disagree where the price meets
// the level exactly, beside how often the level made by exact decimal arithmetic misses it.
import { levelFrom } from "../domain/price.ts";
import type { Bench } from "./bench.ts";

const HIGHEST_CENTS = 1_000_000;
/** Every base of which 5 % more is a whole number of cents. */
const STEP_CENTS = 20;

export const priceRatio: Bench = {
  names: ["price.ratio"],
  run: () => {
    let hits = 0;
    let disagreed = 0;
    let missed = 0;
    for (let cents = STEP_CENTS; cents <= HIGHEST_CENTS; cents += STEP_CENTS) {
      const base = cents / 100;
      const price = Number(((cents * 105) / 10_000).toFixed(2));
      const answers = [(price - base) / base >= 0.05, price / base >= 1.05, price >= base * 1.05];
      hits += 1;
      if (answers.includes(false)) disagreed += 1;
      if (price < levelFrom(base, { percent: "5" })) missed += 1;
    }
    const share = (count: number) => (100 * count) / hits;
    return Promise.resolve([
      {
        name: "price.ratio",
        value: share(missed),
        unit: "% of exact hits missed",
        baseline: share(disagreed),
        ratio: missed / disagreed,
        baselineMeaning: `the three ratio formulas that do not agree, over ${hits} exact hits of +5 %.`,
        limit: "nothing: the level is rounded once, from an exact decimal product.",
      },
    ]);
  },
};
