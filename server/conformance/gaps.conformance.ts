import { expect } from "chai";
import type { Gap } from "../../domain/gap.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import { EXAMPLE_START_MS, exampleBar } from "../../test/examples.ts";
import { GAPS_KEPT } from "../gap-store.ts";
import { expire } from "../testing/expire.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

const at = (minute: number): number => EXAMPLE_START_MS + minute * MINUTE_MS;

function gap(from: number, until: number, changes: Partial<Gap> = {}): Gap {
  const key = { symbol: "AAPL", source: "test", periodMs: MINUTE_MS };
  return { ...key, startTimeMs: at(from), endTimeMs: at(until), reason: "the source gave none", ...changes };
}

export function gapsConformance(openStore: OpenStore): void {
  describe("recordGaps(), listGaps()", () => {
    const world = eachInItsWorld(openStore);
    const list = (from: number, until: number, limit = 100) =>
      world().store.gaps.listGaps({ symbol: "AAPL", startMs: at(from), endMs: at(until), limit });

    it("keeps what is missing, and finds whatever of it touches a span", async () => {
      const [early, late] = [gap(0, 10), gap(20, 30, { periodMs: 0 })];
      await world().store.gaps.recordGaps([late, early, gap(5, 6, { symbol: "MSFT" })]);
      expect(await list(-100, 100)).to.deep.equal([early, late]);
      expect(await list(9, 20)).to.deep.equal([early]);
      expect(await list(10, 21)).to.deep.equal([late]);
      expect(await list(10, 20)).to.deep.equal([]);
      expect(await list(-100, 100, 1)).to.deep.equal([late]);
    });

    it("knows the same gap when it comes again, and takes one that became longer", async () => {
      await world().store.gaps.recordGaps([gap(0, 10)]);
      await world().store.gaps.recordGaps([gap(0, 10)]);
      await world().store.gaps.recordGaps([gap(0, 5), gap(0, 12, { reason: "longer" })]);
      expect(await list(0, 100)).to.deep.equal([gap(0, 12, { reason: "longer" })]);
    });

    it("forgets what was missing among minutes that are forgotten, a day at a time, and nothing else", async () => {
      const keep = { ticksMs: DAY_MS, minutesMs: 30 * DAY_MS };
      const dayAgo = (days: number): number => (-days * DAY_MS) / MINUTE_MS;
      const [old, ticks] = [gap(dayAgo(40), dayAgo(39)), gap(dayAgo(41), dayAgo(40), { periodMs: 0 })];
      const days = gap(dayAgo(43), dayAgo(42), { periodMs: DAY_MS });
      const kept = [days, gap(dayAgo(50), dayAgo(20)), gap(dayAgo(30) - 1, dayAgo(30)), gap(dayAgo(2), dayAgo(1))];
      await world().store.gaps.recordGaps([old, ticks, ...kept, gap(dayAgo(40), dayAgo(39), { symbol: "MSFT" })]);
      await world().record(exampleBar(0, [10, 11, 9, 10]), exampleBar(0, [10, 11, 9, 10], { symbol: "MSFT" }));
      await expire(world().store, { ...keep, minutesMs: null });
      expect(await list(-1e6, 100)).to.have.length(6);
      expect(await expire(world().store, keep)).to.deep.equal([2, 1]);
      expect(await list(-1e6, 100)).to.have.deep.members(kept);
    });

    it("keeps the newest of a symbol", async () => {
      await world().store.gaps.recordGaps([gap(0, 1, { symbol: "MSFT" })]);
      await world().store.gaps.recordGaps(
        Array.from({ length: GAPS_KEPT + 2 }, (_, index) => gap(2 * index, 2 * index + 1)),
      );
      const kept = await list(0, 1e6, 2 * GAPS_KEPT);
      expect([kept.length, kept[0]?.startTimeMs]).to.deep.equal([GAPS_KEPT, at(4)]);
      const msft = { symbol: "MSFT", startMs: 0, endMs: Infinity, limit: 9 };
      expect(await world().store.gaps.listGaps(msft)).to.have.length(1);
    });
  });
}
