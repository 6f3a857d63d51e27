import { MINUTE_MS } from "../../domain/time.ts";
import { runBinanceDay } from "../support/binance-day.ts";
import type { LongTrial } from "./trial.ts";

const DAYS = 8;
const HOURS = 24;

/** A day of Binance with drops, resets, silences, notices of shutdown, refusals and restarts. A trial is a day of its own. */
export const sourceBinance: LongTrial = {
  name: "source.binance",
  run: async ({ trials, seed, onViolation }) => {
    const days = trials ?? DAYS;
    const sums: Record<string, number> = {};
    for (let day = 0; day < days; day += 1) {
      const figures = await runBinanceDay({ hours: HOURS, everyMs: 20 * MINUTE_MS, seed: seed + day, onViolation });
      for (const [name, figure] of Object.entries(figures)) sums[name] = (sums[name] ?? 0) + figure;
    }
    return { trials: days, seed, figures: sums };
  },
};
