// The promise: a flood that goes on, whoever is cut coming back at once, leaves the server small, its fetcher acknowledged and its users
// able to log in. How fast that is `make test-long ONLY=flood` measures; here it has to be done at all.
import { expect } from "chai";
import { BesiegedServer } from "./support/besieged-server.ts";
import { MOST_MB } from "./support/flood-server.ts";
import { SIEGES } from "./support/flood-sieges.ts";

const TIMES = { idleMs: 200, siegeMs: 1_000 };
const MOST_SERVED_MS = 30_000;
/** A start whose code is not compiled yet may take more than what the long trials, after it, allow. */
const MOST_HERE_MB = 1.5 * MOST_MB;

describe("a siege", () => {
  let server: BesiegedServer | undefined;

  before(async function () {
    if (process.platform !== "linux") this.skip(); // memory is read from /proc, and attackers need an address of their own
    server = await BesiegedServer.start();
  });
  after(() => server?.close());

  for (const siege of ["load", "slow-reader", "login", "streams", "reset"]) {
    it(`of ${siege} keeps nobody from being served`, async () => {
      expect(SIEGES).to.have.property(siege);
      const { peakMb, siegeP99Ms, logIns, logInMs, asked } = await server!.endure(siege, TIMES);
      expect(asked).to.be.above(0);
      expect(peakMb).to.be.below(MOST_HERE_MB);
      expect(siegeP99Ms).to.be.below(MOST_SERVED_MS);
      if (siege === "login") expect(logIns).to.be.above(0);
      expect(logInMs).to.be.below(MOST_SERVED_MS);
    });
  }

  it("is known by each of its names", () => {
    expect(Object.keys(SIEGES).toSorted()).to.deep.equal(["load", "login", "reset", "slow-reader", "streams"]);
  });
});
