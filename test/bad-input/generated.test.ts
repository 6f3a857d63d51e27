import { expect } from "chai";
import { playGenerated } from "./play-generated.ts";

/** `make test-long ONLY=inputs.generated` plays 100,000. */
const INPUTS = 3_000;

describe("3,000 generated inputs", () => {
  it("are each answered or refused in good order, and nothing of what is refused is stored", async () => {
    const violations: string[] = [];
    const played = await playGenerated({ count: INPUTS, seed: 1, onViolation: (text) => violations.push(text) });
    expect(violations).to.deep.equal([]);
    expect(played.refused, "most of them are bad").to.be.greaterThan(INPUTS / 2);
    expect(played.stored, "some of them are not").to.be.greaterThan(INPUTS / 100);
  });
});
