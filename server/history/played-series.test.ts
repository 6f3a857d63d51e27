import { expect } from "chai";
import type { Quote } from "../../domain/quote.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { exampleTick } from "../../test/examples.ts";
import { PlayedSeries } from "./played-series.ts";

const at = (minute: number, price: number, source = "example"): Quote =>
  exampleTick(minute * MINUTE_MS, price, { source });

describe("PlayedSeries", () => {
  /** The prices that are judged of those that were only stored, in the order of time. */
  const judged = (...quotes: Quote[]): number[] => {
    const series = new PlayedSeries("any", "time");
    return quotes
      .filter((quote) => series.play({ quote, seq: null, stretchAsOfMs: null }) !== null)
      .map(({ close }) => close);
  };

  it("holds prices against the rules that were never judged", () => {
    expect(judged(at(0, 100), at(1, 10_000), at(2, 70), at(3, 101))).to.deep.equal([100, 101]);
  });

  it("lets another source take over after silence, which doubted prices are not", () => {
    const speaking = [at(0, 100), at(1, 10_000), at(20, 10_100)];
    expect(judged(...speaking, at(35, 101, "other"))).to.deep.equal([100]);
    const late = exampleTick(35 * MINUTE_MS + SECOND_MS, 101, { source: "other" });
    expect(judged(...speaking, late, at(36, 102, "other"), at(37, 103))).to.deep.equal([100, 101, 102]);
  });
});
