import { expect } from "chai";
import { randomFrom } from "../../test/random-history.ts";
import { FlipWorld } from "../../test/support/store-flips.ts";

const FLIPS = 50;

describe("a flipped byte in the database", () => {
  it(`is found, or reaches no further than the one quote that it lies in; ${FLIPS} of them`, async () => {
    const world = await new FlipWorld().fill();
    try {
      const results = new Set<string>();
      for (let seed = 1; seed <= FLIPS; seed++) results.add(await world.flip(randomFrom(seed)));
      expect([...results])
        .to.include("found")
        .and.not.include("further");
    } finally {
      world.close();
    }
  });
});
