// The promise: nobody reads or changes what is another user's, or can find out that it is there.
import { expect } from "chai";
import { timeRefusals } from "./access/access-timing.ts";
import { PairWorld } from "./access/pair-world.ts";
import { playPairs } from "./access/play-pairs.ts";

/** The long trial `access.pairs` plays 2,000, and `access.timing` asks 1,000 times. */
const PAIRS = 100;
const TIMED = 15;

describe("what belongs to another user", () => {
  it("is neither read nor changed, and answered for as if it never was", async () => {
    const violations: string[] = [];
    await playPairs({ count: PAIRS, seed: 1, onViolation: (text) => violations.push(text) });
    expect(violations).to.deep.equal([]);
  });

  it("is answered for in the time that it takes for what never was", async () => {
    const world = await PairWorld.open();
    try {
      for (const { method, foreignMs, unknownMs } of await timeRefusals(world, TIMED))
        expect(foreignMs / unknownMs, method).to.be.within(0.25, 4); // the machine may be busy
    } finally {
      await world.close();
    }
  });
});
