import { expect } from "chai";
import { DAY_MS } from "../../domain/time.ts";
import { IMPORT_SOURCE } from "../../domain/quote.ts";
import { EXAMPLE_START_MS, exampleBar, exampleTick } from "../../test/examples.ts";
import { playDoubts } from "./doubt-play.ts";

describe("playDoubts()", () => {
  const judged = [exampleTick(0, 11), exampleTick(4 * DAY_MS, 12)].map((quote, at) => {
    return { quote, seq: at + 1, stretchAsOfMs: null };
  });
  const reasonsOf = (changes: Parameters<typeof exampleBar>[2]) => {
    const quote = exampleBar(0, [99, 99, 99, 99], { fetchTimeMs: EXAMPLE_START_MS + 3 * DAY_MS, ...changes });
    return playDoubts({ judged, unjudged: [{ quote, seq: null }], rejectionsMs: [] }).past.map(({ reason }) => reason);
  };

  it("finds no doubt of what tells of the past, and was not judged for that", () => {
    const quoteTimeMs = EXAMPLE_START_MS + DAY_MS;
    expect(reasonsOf({ quoteTimeMs })).to.deep.equal(["PRICE_QUARANTINED"]);
    expect(reasonsOf({ quoteTimeMs, periodMs: DAY_MS })).to.deep.equal([]);
    expect(reasonsOf({ quoteTimeMs, source: IMPORT_SOURCE })).to.deep.equal([]);
  });
});
