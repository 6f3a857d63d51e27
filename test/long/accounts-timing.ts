import { AccountTiming, type TimingResult } from "../support/account-timing.ts";
import { startTestServer, type SignedUp } from "../support/test-server.ts";
import type { LongTrial } from "./trial.ts";

const PAIRS = 1_000;
/** Each has three mails a day of a kind; what comes after them is shorter work. */
const PAIRS_EACH = 3;
const PEOPLE = 100;
const MOST_APART_MS = 2;

/** Whether the time of an answer tells if an address has an account. A trial is a log-in, half of them with an address that is nobody's. */
export const accountsTiming: LongTrial = {
  name: "accounts.timing",
  run: async ({ trials, onViolation }) => {
    const pairs = trials === null ? PAIRS : Math.ceil(trials / 2);
    const server = await startTestServer();
    const figures: Record<string, number> = {};
    const look = (what: string, result: TimingResult): void => {
      figures[`${what}, known, ms`] = round(result.knownMs);
      figures[`${what}, unknown, ms`] = round(result.unknownMs);
      figures[`${what}, apart, ms`] = round(result.apartMs);
      if (result.apartMs >= MOST_APART_MS) onViolation(`${what}: the two are ${result.apartMs.toFixed(2)} ms apart`);
      for (const difference of result.differences) onViolation(`${what}: ${difference}`);
    };
    try {
      const people: SignedUp[] = [];
      for (let at = 0; at < Math.min(PEOPLE, pairs); at += 1) people.push(await server.signUp());
      const timing = new AccountTiming(server, people);
      look("log-in", await timing.logIns(pairs));
      look("registration", await timing.registrations(people.length * PAIRS_EACH));
      look("another password", await timing.resets(people.length * PAIRS_EACH));
    } finally {
      await server.close();
    }
    return { trials: pairs * 2, seed: null, figures };
  },
};

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
