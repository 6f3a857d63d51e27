import { expect } from "chai";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import { BarLengths, type RowOfBar } from "./bar-lengths.ts";

const START_MS = Date.UTC(2019, 1, 15, 14, 30);

/** Rows at these minutes. */
const rowsAt = (minutes: readonly number[], symbol = "AAPL"): RowOfBar[] =>
  minutes.map((minute, at) => {
    const prices = { open: 1, high: 1, low: 1, close: 1, volume: 0 };
    return { row: at + 2, bar: { symbol, periodMs: null, timeMs: START_MS + minute * MINUTE_MS, ...prices } };
  });

const take = (rows: readonly RowOfBar[]) =>
  [...new BarLengths().take(rows, true)].map((one) => ("problem" in one ? one.problem : one.bar.periodMs / MINUTE_MS));

describe("BarLengths", () => {
  it("finds the shortest step, newest or oldest first, with holes", () => {
    expect(take(rowsAt([0, 5, 20, 25]))).to.deep.equal([5, 5, 5, 5]);
    expect(take(rowsAt([300, 60, 0]))).to.deep.equal([60, 60, 60]);
    expect(take(rowsAt([0, 0, 1]))).to.deep.equal([1, 1, 1]);
  });

  it("compares neighbours of one symbol only", () => {
    const rows = [...rowsAt([0]), ...rowsAt([1], "IBM"), ...rowsAt([3], "IBM"), ...rowsAt([13])];
    expect(take(rows)).to.deep.equal([2, 2, 2, 2]);
  });

  it("leaves what rows say as it is", () => {
    const [first, ...others] = rowsAt([0, 1, 2]);
    const told = { row: 1, bar: { ...first!.bar, periodMs: DAY_MS } };
    expect(take([told, ...others])).to.deep.equal([DAY_MS / MINUTE_MS, 1, 1]);
  });

  it("asks where the times do not say it: one row, or a step that no bar has", () => {
    for (const minutes of [[0], [0, 7], [0, 0]]) {
      const [problem, ...others] = take(rowsAt(minutes));
      expect(problem).to.include("give --period");
      expect(others).to.deep.equal([]);
    }
  });

  it("decides by the first thousand, and says when a later row contradicts", () => {
    const lengths = new BarLengths();
    const many = rowsAt(Array.from({ length: 1_000 }, (_, at) => at * 5));
    expect([...lengths.take(many.slice(0, 999), false)]).to.deep.equal([]);
    expect([...lengths.take(many.slice(999), false)]).to.have.length(1_000);
    const [first, second, ...others] = [...lengths.take(rowsAt([5_000, 5_001, 5_002]), true)];
    expect(first).to.have.nested.property("bar.periodMs", 5 * MINUTE_MS);
    expect(second).to.have.property("problem").that.includes("begins within the bar of row 2; give --period");
    expect(others).to.have.length(1);
  });
});
