import { expect } from "chai";
import { replayHistory } from "./replay-history.ts";

const HISTORIES = 5;

describe("replaying what was judged", () => {
  it(`gives the same triggers with restarts and as a preview (${HISTORIES} histories)`, async () => {
    let fires = 0;
    let tells = 0;
    for (let seed = 1; seed <= HISTORIES; seed += 1) {
      const replayed = await replayHistory(seed);
      expect(replayed.faults).to.deep.equal([]);
      fires += replayed.fires;
      tells += replayed.tells;
    }
    expect(fires).to.be.greaterThan(HISTORIES);
    expect(tells).to.be.greaterThan(HISTORIES);
  });
});
