import { runAwayTrial } from "../support/away-trial.ts";
import type { LongTrial } from "./trial.ts";

/** Two hours of fetching at the usual pace of a round a minute, in two minutes. */
const ROUNDS = 120;
const ROUNDS_A_KILL = 12;

/** The server is away while the fetcher goes on, and both are killed in between. A trial is a round of fetching without a server. */
export const serverAway: LongTrial = {
  name: "server.away",
  run: async ({ trials, seed, onViolation }) => {
    const rounds = trials ?? ROUNDS;
    const fetcherKills = Math.max(1, Math.floor(rounds / ROUNDS_A_KILL));
    return { trials: rounds, seed, figures: await runAwayTrial({ rounds, fetcherKills, seed, onViolation }) };
  },
};
