import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { mondayMorning, TEN_SYMBOLS } from "../support/budget-trial.ts";
import { runHoleTrial } from "../support/hole-trial.ts";
import { fractionFrom } from "../support/kill-trial.ts";
import type { LongTrial } from "./trial.ts";

const TRIALS = 12;
/** Over an evening, a weekend, and the end of a month. */
const AWAY_MS = [2 * HOUR_MS, 3 * HOUR_MS, 8 * HOUR_MS, DAY_MS, 4 * DAY_MS, 9 * DAY_MS];

/** A trial is one fetcher's absence: every minute's bar of it is judged in order, or told to be missing. */
export const holes: LongTrial = {
  name: "holes",
  run: async ({ trials, seed, onViolation }) => {
    const sums: Record<string, number> = {};
    const count = trials ?? TRIALS;
    for (let at = 0; at < count; at += 1) {
      const random = fractionFrom(seed + at);
      const fromMs = mondayMorning(at % 3);
      const goneMs = Math.floor(fromMs + (20 + 100 * random()) * MINUTE_MS);
      const backMs = goneMs + (AWAY_MS[at % AWAY_MS.length] ?? HOUR_MS) + Math.floor(HOUR_MS * random());
      const past = random() < 0.6 ? "told" : random() < 0.5 ? "refused" : { outageMinutes: Math.floor(30 * random()) };
      const figures = await runHoleTrial({
        ...{ symbols: TEN_SYMBOLS, fromMs, awayMs: [goneMs, backMs], toMs: backMs + 2 * HOUR_MS, past },
        ...{ seed: seed + at, onViolation },
      });
      for (const [name, figure] of Object.entries(figures)) sums[name] = (sums[name] ?? 0) + figure;
    }
    return { trials: count, seed, figures: sums };
  },
};
