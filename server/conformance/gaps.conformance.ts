import { expect } from "chai";
import type { Gap } from "../../domain/gap.ts";
import { MINUTE_MS } from "../../domain/time.ts";
import { EXAMPLE_START_MS } from "../../test/examples.ts";
import { GAPS_KEPT } from "../gap-store.ts";
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
