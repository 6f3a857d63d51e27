import { AccountRace } from "../support/account-races.ts";
import { startTestServer } from "../support/test-server.ts";
import type { LongTrial } from "./trial.ts";

const ROUNDS = 200;

/** The same wish of an account's life a hundred times at once, each of which has one effect. A trial is such a life. */
export const accountsRaces: LongTrial = {
  name: "accounts.races",
  run: async ({ trials, onViolation }) => {
    const rounds = trials ?? ROUNDS;
    const server = await startTestServer();
    try {
      for (let round = 0; round < rounds; round += 1) await new AccountRace(server, round, onViolation).run();
    } finally {
      await server.close();
    }
    return { trials: rounds, seed: null };
  },
};
