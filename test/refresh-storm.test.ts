// The promise: however often a refresh token is brought at once, one log-in stays one log-in.
import { expect } from "chai";
import { playRefreshStorm } from "./support/refresh-storm.ts";

/** `make test-long ONLY=sessions.storm` plays 200. */
const ROUNDS = 6;

describe("a refresh token that is brought a hundred times at once", () => {
  it("leaves one successor at most, and none after a theft", async () => {
    const violations: string[] = [];
    await playRefreshStorm({ rounds: ROUNDS, onViolation: (text) => violations.push(text) });
    expect(violations).to.deep.equal([]);
  });
});
