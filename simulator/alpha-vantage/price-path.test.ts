import { expect } from "chai";
import { PricePath } from "./price-path.ts";

const SECOND = 1_778_874_990;

function prices(path: PricePath, count: number, step = 1): number[] {
  return Array.from({ length: count }, (_, at) => path.priceAt(SECOND + at * step));
}

describe("PricePath", () => {
  it("is the same for the same seed, whatever was asked before", () => {
    const one = new PricePath("1", "AAPL", 190, 10);
    one.priceAt(SECOND - 1_000_000);
    expect(prices(one, 5_000)).to.deep.equal(prices(new PricePath("1", "AAPL", 190, 10), 5_000));
  });

  it("is another for another seed or symbol", () => {
    const own = prices(new PricePath("1", "AAPL", 190, 10), 10);
    expect(prices(new PricePath("2", "AAPL", 190, 10), 10)).not.to.deep.equal(own);
    expect(prices(new PricePath("1", "MSFT", 190, 10), 10)).not.to.deep.equal(own);
  });

  it("moves every second, never by more than a thousandth, across full hours too", () => {
    const path = prices(new PricePath("1", "AAPL", 190, 10), 8_000);
    const steps = path.slice(1).map((price, at) => Math.abs(price / path[at]! - 1));
    expect(Math.max(...steps)).to.be.lessThan(0.001);
    expect(Math.min(...steps)).to.be.greaterThan(0);
  });

  it("stays within five percent of its start price for weeks", () => {
    const path = prices(new PricePath("1", "AAPL", 190, 10), 8_000, 397);
    expect(Math.max(...path)).to.be.lessThan(190 * 1.05);
    expect(Math.min(...path)).to.be.greaterThan(190 * 0.95);
  });

  it("tells of a whole minute what its seconds tell", () => {
    const path = new PricePath("1", "AAPL", 190, 10);
    const seconds = Array.from({ length: 60 }, (_, at) => path.priceAt(SECOND - (SECOND % 60) + at));
    const minute = path.minuteAt(Math.floor(SECOND / 60))!;
    expect([minute.open, minute.close]).to.deep.equal([seconds[0], seconds[59]]);
    expect([minute.high, minute.low]).to.deep.equal([Math.max(...seconds), Math.min(...seconds)]);
  });
});
