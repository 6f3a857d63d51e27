import { DAY_MS, HOUR_MS } from "../../domain/time.ts";
import { mondayMorning, runPaidTrial, TEN_SYMBOLS } from "../support/budget-trial.ts";
import type { LongTrial } from "./trial.ts";

/** A key with 75 requests a minute over a day. A trial is a minute's bar of one symbol, which has to be stored soon after its end. */
export const budgetPaidDay: LongTrial = {
  name: "budget.paid-day",
  run: async ({ seed, onViolation }) => {
    const fromMs = mondayMorning(0) - 7 * HOUR_MS; // an hour before the early hours begin
    const span = { fromMs, toMs: fromMs + DAY_MS };
    const { bars = 0, ...figures } = await runPaidTrial({ symbols: TEN_SYMBOLS, ...span, seed, onViolation });
    return { trials: bars, seed, figures };
  },
};
