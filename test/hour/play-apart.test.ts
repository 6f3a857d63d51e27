import { expect } from "chai";
import { HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { playTimeApart } from "./play-apart.ts";

const FEW = { seed: 3, policy: "hold", users: 4, symbols: 2, tickEveryMs: 5 * MINUTE_MS } as const;

describe("playTimeApart()", () => {
  it("brings back what was judged and counted in the other thread", async () => {
    const { faults, figures } = await playTimeApart(FEW, HOUR_MS);
    expect(faults).to.deep.equal([]);
    expect(figures["mails"]).to.be.greaterThan(0);
  });

  it("brings back what an oracle saw there, and why a world could not be made", async () => {
    const { faults } = await playTimeApart({ ...FEW, swallowEvery: 2 }, HOUR_MS);
    expect(faults.join("\n")).to.match(/is in 0 notifications$/m);
    const error = await playTimeApart({ ...FEW, symbols: 2 ** 33 }, HOUR_MS).catch((thrown: unknown) => thrown);
    expect(error).to.be.an("error").with.property("message", "Invalid array length");
  });
});
