// The promise: a wish that comes a hundred times at once has one effect, whatever of a user's it is about.
import { expect } from "chai";
import { playRaces } from "./access/play-races.ts";

/** The long trial `access.races` plays 200. */
const ROUNDS = 1;

describe("a hundred equal wishes at once", () => {
  it("have one effect on alerts, sessions, access tokens, users and deliveries", async () => {
    const violations: string[] = [];
    await playRaces({ rounds: ROUNDS, onViolation: (text) => violations.push(text) });
    expect(violations).to.deep.equal([]);
  });
});
