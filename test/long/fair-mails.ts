import { SECOND_MS } from "../../domain/time.ts";
import { runSeveralNotifiersTrial, runSlowDomainTrial } from "../support/fair-trials.ts";
import type { LongTrial } from "./trial.ts";

const [SLOW_MAILS, QUICK_MAILS] = [200, 100];
const LOAD_MS = 30 * SECOND_MS;

/** Who waits for whom. A trial is a mail that should be prompt. */
export const fairMails: readonly LongTrial[] = [
  {
    name: "fair.slow-domain",
    run: async ({ trials, onViolation }) => {
      const quickMails = trials ?? QUICK_MAILS;
      const figures = await runSlowDomainTrial({ slowMails: SLOW_MAILS, quickMails, onViolation });
      return { trials: quickMails, seed: null, figures };
    },
  },
  several("fair.two-notifiers", 2),
  several("fair.five-notifiers", 5),
];

/** One hangs, and one is killed; so many at the beginning. */
function several(name: string, notifiers: number): LongTrial {
  return {
    name,
    run: async ({ onViolation }) => {
      // Of two, one has to be left.
      const faults = notifiers > 2 ? (["hang", "kill"] as const) : (["kill"] as const);
      const figures = await runSeveralNotifiersTrial({ notifiers, loadMs: LOAD_MS, faults, onViolation });
      return { trials: figures["mails"] ?? 0, seed: null, figures };
    },
  };
}
