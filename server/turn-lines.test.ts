import { expect } from "chai";
import { TurnLines } from "./turn-lines.ts";

const open = () => true;

describe("TurnLines", () => {
  /** Who goes, one after the other, each coming back as often as told. */
  const order = (lines: TurnLines, isOpen: (lane: string) => boolean): string[] => {
    const taken: string[] = [];
    for (let next = lines.take(isOpen); next !== null; next = lines.take(isOpen)) taken.push(next.key);
    return taken;
  };

  it("lets go first whoever waited longest, whatever the lane", () => {
    const lines = new TurnLines();
    lines.add("ann", "a");
    lines.add("bob", "b");
    lines.add("cid", "a");
    lines.add("ann", "a"); // waits already
    expect([lines.size, lines.has("ann"), lines.has("dan")]).to.deep.equal([3, true, false]);
    expect(order(lines, open)).to.deep.equal(["ann", "bob", "cid"]);
    expect([lines.size, lines.has("ann")]).to.deep.equal([0, false]);
  });

  it("puts who comes back behind all others", () => {
    const lines = new TurnLines();
    for (const key of ["ann", "bob", "cid"]) lines.add(key, "a");
    expect(lines.take(open)).to.deep.equal({ key: "ann", lane: "a" });
    lines.add("ann", "a");
    expect(order(lines, open)).to.deep.equal(["bob", "cid", "ann"]);
  });

  it("passes over a lane that is shut, and keeps the place of those in it", () => {
    const lines = new TurnLines();
    for (const key of ["slow-1", "quick-1", "slow-2", "quick-2"]) lines.add(key, key.slice(0, 4));
    expect(lines.take((lane) => lane === "quic")?.key).to.equal("quick-1");
    expect(order(lines, open)).to.deep.equal(["slow-1", "slow-2", "quick-2"]);
    expect(lines.take(() => false)).to.equal(null);
  });

  it("asks of a lane only where its first comes before the best so far", () => {
    const lines = new TurnLines();
    for (const lane of ["a", "b", "c"]) lines.add(`of ${lane}`, lane);
    const asked: string[] = [];
    lines.take((lane) => asked.push(lane) > 0);
    expect(asked).to.deep.equal(["a"]);
  });

  it("keeps the order over many that come and go", () => {
    const lines = new TurnLines();
    for (let at = 0; at < 5_000; at += 1) lines.add(`user-${at}`, `${at % 3}`);
    const taken: number[] = [];
    for (let turn = 0; turn < 15_000; turn += 1) {
      const next = lines.take(open);
      if (next === null) break;
      taken.push(Number(next.key.slice(5)));
      lines.add(next.key, next.lane);
    }
    expect(taken).to.deep.equal(Array.from({ length: 15_000 }, (_, at) => at % 5_000));
  });
});
