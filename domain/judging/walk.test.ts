import { expect } from "chai";
import fc from "fast-check";
import { exampleBar, exampleTick } from "../../test/examples.ts";
import { previousOf } from "./previous.ts";
import { closeWalk, meetsDown, meetsUp, walkBounds, walkOf, type Walk } from "./walk.ts";

type Prices = readonly [number, number, number, number];
const after = (close: number) => previousOf(exampleTick(-1, close), null, "regular");
const bar = (previous: number, prices: Prices) => walkOf(exampleBar(0, prices), after(previous));
const tick = (previous: number, price: number) => walkOf(exampleTick(0, price), after(previous));
/** The second version of a bar of which the first was judged. */
const revision = (first: Prices, second: Prices) =>
  walkOf(exampleBar(0, second), previousOf(exampleBar(0, first), null, "regular"));

describe("meetsUp() and meetsDown()", () => {
  const cases: readonly (readonly [string, Walk, "up" | "down" | "both" | "neither"])[] = [
    ["a tick from below to above meets 100 upwards", tick(99, 101), "up"],
    ["a tick that comes to the level meets it", tick(99, 100), "up"],
    ["a tick that leaves the level upwards does not", tick(100, 101), "neither"],
    ["a tick that stays below does not", tick(98, 99), "neither"],
    ["a tick from above to the level meets it downwards", tick(101, 100), "down"],
    ["a tick that stays at the level meets nothing", tick(100, 100), "neither"],
    ["a bar below the level whose high touches it meets it upwards", bar(98, [98, 100, 97, 99]), "up"],
    ["a bar whose high passes it and whose close is back below meets it both ways", bar(98, [98, 101, 97, 99]), "both"],
    ["an opening gap over the level meets it", bar(98, [102, 103, 101, 102]), "up"],
    ["an opening gap down through the level meets it", bar(102, [98, 99, 97, 98]), "down"],
    ["a gap over it and back down through it meets it both ways", bar(98, [102, 103, 97, 98]), "both"],
    [
      "a bar above the level that dips below and closes above meets it both ways",
      bar(102, [102, 103, 99, 101]),
      "both",
    ],
    ["a bar above it whose low touches it meets it downwards only", bar(102, [102, 103, 100, 101]), "down"],
    ["a bar that starts at the level, above it all the time, meets nothing", bar(100, [101, 102, 101, 102]), "neither"],
    ["a high above and an open above: only the way down to the close is certain", bar(101, [101, 102, 99, 99]), "down"],
    ["a first quote walks from its open", walkOf(exampleBar(0, [99, 101, 98, 101]), null), "up"],
    [
      "a first quote that opens above does not meet the level",
      walkOf(exampleBar(0, [101, 102, 101, 101]), null),
      "neither",
    ],
    ["a newer version whose new high passes the level meets it", revision([98, 99, 97, 98], [98, 101, 97, 99]), "both"],
    [
      "a newer version with the high it had before does not meet it again",
      revision([98, 101, 97, 99], [98, 101, 97, 99.5]),
      "neither",
    ],
    [
      "a newer version that closes above meets it, though the high is old",
      revision([98, 101, 97, 99], [98, 101, 97, 100]),
      "up",
    ],
    [
      "a newer version with a new low below meets it on the way down",
      revision([102, 103, 101, 102], [102, 103, 99, 99]),
      "down",
    ],
    ["a newer version with another open says nothing new", revision([98, 101, 97, 99], [102, 101, 97, 99]), "neither"],
    [
      "a newer version with extremes taken back says nothing new",
      revision([98, 101, 97, 99], [98, 99, 98, 99]),
      "neither",
    ],
    ["without open and extremes a high beyond the level is nothing", closeWalk(bar(98, [98, 101, 97, 99])), "neither"],
    ["without open and extremes a close beyond the level counts", closeWalk(bar(98, [98, 101, 97, 100])), "up"],
    ["without open and extremes a gap that came back is nothing", closeWalk(bar(98, [102, 103, 97, 98])), "neither"],
  ];
  for (const [sentence, walk, met] of cases) {
    it(sentence, () => {
      expect([meetsUp(walk, 100), meetsDown(walk, 100)]).to.deep.equal([
        met === "up" || met === "both",
        met === "down" || met === "both",
      ]);
    });
  }

  const point = fc.integer({ min: 95, max: 105 });
  const anyBar = fc.tuple(point, point, point, point, point).map(([previous, open, a, b, close]): Walk => {
    return { previous, open, high: Math.max(open, a, b, close), low: Math.min(open, a, b, close), close };
  });

  it("say what holds in both orders of the extremes, and nothing else", () => {
    fc.assert(
      fc.property(anyBar, point, ({ previous, open, high, low, close }, level) => {
        const ways = [
          [previous, open, high, low, close],
          [previous, open, low, high, close],
        ];
        const isSure = (step: (from: number, to: number) => boolean) =>
          ways.every((way) => way.some((to, at) => at > 0 && step(way[at - 1]!, to)));
        const walk = { previous, open, high, low, close };
        expect(meetsUp(walk, level)).to.equal(isSure((from, to) => from < level && level <= to));
        expect(meetsDown(walk, level)).to.equal(isSure((from, to) => from > level && level >= to));
      }),
      { numRuns: 5_000 },
    );
  });

  it("mirror each other", () => {
    fc.assert(
      fc.property(anyBar, point, (walk, level) => {
        const { previous, open, high, low, close } = walk;
        const mirrored = { previous: -previous, open: -open, high: -low, low: -high, close: -close };
        expect(meetsDown(mirrored, -level)).to.equal(meetsUp(walk, level));
      }),
    );
  });
});

describe("walkBounds()", () => {
  it("take in the previous close and the extremes", () => {
    expect(walkBounds(bar(95, [98, 101, 97, 99]))).to.deep.equal({ lower: 95, upper: 101 });
    expect(walkBounds(bar(105, [98, 101, 97, 99]))).to.deep.equal({ lower: 97, upper: 105 });
  });

  it("of a newer version leave out the extremes that are old", () => {
    expect(walkBounds(revision([98, 101, 97, 99], [98, 101, 96, 98]))).to.deep.equal({ lower: 96, upper: 99 });
  });
});
