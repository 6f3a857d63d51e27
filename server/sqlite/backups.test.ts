import { expect } from "chai";
import { mkdirSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { TroubledStore } from "../testing/troubled-store.ts";

describe("a backup whose copy cannot be removed", () => {
  let world: TroubledStore;
  beforeEach(async () => {
    world = new TroubledStore().open();
    await world.record(10);
  });
  afterEach(() => world.close());

  it("is not said to have gone well, and the next one is let in as soon as the copy can be removed", async () => {
    const take = async (whileTaken: () => void) => {
      let partCount = 0;
      for await (const part of world.store.backUp(new AbortController().signal)) {
        if (part.length > 0 && ++partCount === 1) whileTaken();
      }
    };
    const copy = `${world.file}.backing-up`;
    const refused = await world.refusal(() =>
      take(() => {
        rmSync(copy);
        mkdirSync(copy);
      }),
    );
    expect(refused.reason).to.equal("STORE_UNAVAILABLE");
    expect((await world.refusal(() => take(() => undefined))).reason, "still there").to.equal("STORE_UNAVAILABLE");
    rmdirSync(copy);
    await take(() => undefined);
    expect(readdirSync(world.folder).filter((name) => name.includes("backing-up"))).to.deep.equal([]);
  });
});
