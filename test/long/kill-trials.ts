import { runKillTrial } from "../support/kill-trial.ts";
import { runKillAllTrial } from "../support/kill-all-trial.ts";
import type { Victim } from "../support/kill-world.ts";
import type { LongTrial } from "./trial.ts";

const KILLS = 300;
/** All processes at once, in a row. */
const KILLS_TOGETHER = 50;
/** Of whichever process chance names. */
const KILLS_OF_ALL = 1_000;

/** kill -9 of a process under load, at random moments. A trial is a kill, all of them on one database. */
export const killTrials: readonly LongTrial[] = [
  killing("kill.server", ["server"], KILLS),
  killing("kill.notifier", ["notifier"], KILLS),
  killing("kill.fetcher", ["fetcher"], KILLS),
  killing("kill.together", ["server", "notifier", "fetcher"], KILLS_TOGETHER),
  {
    name: "kill.all",
    run: async ({ trials, seed, onViolation }) => {
      const kills = trials ?? KILLS_OF_ALL;
      return { trials: kills, seed, figures: await runKillAllTrial({ kills, seed, onViolation }) };
    },
  },
];

function killing(name: string, victims: readonly Victim[], usual: number): LongTrial {
  return {
    name,
    run: async ({ trials, seed, onViolation }) => {
      const kills = trials ?? usual;
      return { trials: kills, seed, figures: await runKillTrial({ victims, kills, seed, onViolation }) };
    },
  };
}
