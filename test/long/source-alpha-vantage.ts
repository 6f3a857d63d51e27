import { DAY_MS, HOUR_MS } from "../../domain/time.ts";
import { mondayMorning, TEN_SYMBOLS } from "../support/budget-trial.ts";
import { runSourceTrial } from "../support/source-trial.ts";
import type { LongTrial } from "./trial.ts";

/** A day of a source that fails in every way, once for three hours. A trial is a minute's bar of one symbol: stored once, or marked as missing. */
export const sourceAlphaVantage: LongTrial = {
  name: "source.alpha-vantage",
  run: async ({ seed, onViolation }) => {
    const fromMs = mondayMorning(0) - 7 * HOUR_MS; // an hour before the early hours begin
    const span = { fromMs, failsUntilMs: fromMs + 17 * HOUR_MS, toMs: fromMs + DAY_MS };
    const longOutageMs = mondayMorning(0);
    const { bars = 0, ...figures } = await runSourceTrial({
      symbols: TEN_SYMBOLS,
      ...span,
      longOutageMs,
      seed,
      onViolation,
    });
    return { trials: bars, seed, figures };
  },
};
