import { runSpoolTrial } from "../support/spool-trial.ts";
import type { LongTrial } from "./trial.ts";

/** Ten symbols, each with a price every 250 ms, over six hours. */
const QUOTES = 6 * 3_600 * 4 * 10;

/** The server is away for six hours at full rate, the fetcher being started anew each hour. A trial is a quote: it arrives once, and in its order. */
export const spoolSixHours: LongTrial = {
  name: "spool.six-hours",
  run: async ({ trials, onViolation }) => {
    const quotes = trials ?? QUOTES;
    return { trials: quotes, seed: null, figures: await runSpoolTrial({ quotes, restarts: 6, onViolation }) };
  },
};
