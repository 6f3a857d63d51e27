import { expect } from "chai";
import { MINUTE_MS } from "../../domain/time.ts";
import { joinBars, padPrice, regroupBars, sumOfDecimals, type Bar } from "./bar.ts";

function bar(minute: number, open: string, high: string, low: string, close: string): Bar {
  return { startMs: minute * MINUTE_MS, open, high, low, close, volume: "10" };
}

describe("padPrice()", () => {
  it("fills up to four decimals and never cuts", () => {
    expect(["0", "170.2", "170.2461", "0.12345678"].map(padPrice)).to.deep.equal([
      "0.0000",
      "170.2000",
      "170.2461",
      "0.12345678",
    ]);
  });
});

describe("joinBars()", () => {
  it("takes the first open, the extremes by value, the last close and the sum of the volumes", () => {
    const joined = joinBars(0, [bar(0, "9.0", "10.0", "8.0", "9.5"), bar(1, "9.5", "9.9", "7.0", "7.5")]);
    expect(joined).to.deep.equal({ startMs: 0, open: "9.0", high: "10.0", low: "7.0", close: "7.5", volume: "20" });
  });
});

describe("sumOfDecimals()", () => {
  it("is exact", () => {
    expect(sumOfDecimals(["0.1", "0.2"])).to.equal("0.3");
    expect(sumOfDecimals(["26.84379253", "10.71278428", "1"])).to.equal("38.55657681");
    expect(sumOfDecimals(["0.01", "0.02"])).to.equal("0.03");
    expect(sumOfDecimals(["9007199254740993", "1"])).to.equal("9007199254740994");
  });
});

describe("regroupBars()", () => {
  it("puts each bar into the group that its start falls into, and leaves empty groups out", () => {
    const bars = [0, 4, 5, 14].map((minute) => bar(minute, "1", "1", "1", "1"));
    const groups = regroupBars(bars, 5 * MINUTE_MS);
    expect(groups.map(({ startMs, volume }) => [startMs / MINUTE_MS, volume])).to.deep.equal([
      [0, "20"],
      [5, "10"],
      [10, "10"],
    ]);
  });
});
