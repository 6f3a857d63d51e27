import { DAY_MS } from "../../domain/time.ts";
import { mondayMorning, runFreeTrial, TEN_SYMBOLS } from "../support/budget-trial.ts";
import type { LongTrial } from "./trial.ts";

const WEEKS = 10;

/** A free key over a week, its fetcher killed every ten minutes. A trial is a week; they begin one after the other through the year. */
export const budgetFreeWeek: LongTrial = {
  name: "budget.free-week",
  run: async ({ trials, seed, onViolation }) => {
    const weeks = trials ?? WEEKS;
    const sums: Record<string, number> = {};
    for (let week = 0; week < weeks; week += 1) {
      const fromMs = mondayMorning(3 * week); // holidays and half days are among them
      const span = { fromMs, toMs: fromMs + 7 * DAY_MS };
      const figures = await runFreeTrial({ symbols: TEN_SYMBOLS, ...span, seed: seed + week, onViolation });
      for (const [name, figure] of Object.entries(figures)) sums[name] = (sums[name] ?? 0) + figure;
    }
    return { trials: weeks, seed, figures: sums };
  },
};
