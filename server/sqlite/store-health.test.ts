import { expect } from "chai";
import { TroubledStore } from "../testing/troubled-store.ts";
import { freeAt, sizeOf } from "./store-health.ts";

describe("what the file system says of the database", () => {
  let world: TroubledStore;
  beforeEach(() => (world = new TroubledStore().open()));
  afterEach(() => world.close());

  it("is told in bytes", async () => {
    expect(await freeAt(world.file)).to.be.above(0);
    expect(await sizeOf(world.file)).to.be.above(0);
  });

  it("is not a full disk when it says nothing", async () => {
    expect(await freeAt(`${world.folder}/gone/test.db`)).to.equal(null);
    expect(await sizeOf(`${world.folder}/gone/test.db`)).to.equal(0);
  });
});
