import { expect } from "chai";
import { changeText, distanceText, priceText } from "./price-words.ts";

describe("distanceText()", () => {
  const cases = [
    [201.12, 200, "1.12 USD (0.56%) above 200.00"],
    [179.9, 180, "0.10 USD (0.06%) below 180.00"],
    [200, 200, "200.00 exactly"],
    [200.001, 200, "0.001 USD (less than 0.01%) above 200.00"],
    [0.3, 0.1, "0.20 USD (200.00%) above 0.10"],
    [999_999_999_999, 1e-12, "999999999998.999999999999 USD (more than 1000000%) above 0.000000000001"],
    [NaN, 200, ""],
    [200, 0, ""],
  ] as const;
  for (const [price, level, text] of cases) {
    it(`${price} and a level of ${level}: "${text}"`, () => expect(distanceText(price, level, "USD")).to.equal(text));
  }

  it("is without a currency where none is known", () => {
    expect(distanceText(3, 2, "")).to.equal("1.00 (50.00%) above 2.00");
  });
});

describe("changeText()", () => {
  const cases = [
    [201.12, 198.81, "+1.16%"],
    [198.81, 201.12, "-1.15%"],
    [200, 200, "0.00%"],
    [200.001, 200, "+0.00%"],
    [999_999_999_999, 1e-12, "+1000000.00%"],
    [200, 0, ""],
    [NaN, 200, ""],
  ] as const;
  for (const [price, base, text] of cases) {
    it(`${price} after ${base}: "${text}"`, () => expect(changeText(price, base)).to.equal(text));
  }
});

describe("priceText()", () => {
  it("is the price with its currency, and empty for what is none", () => {
    expect([priceText(1.5, "USD"), priceText(1.5, ""), priceText(-1, "USD")]).to.deep.equal(["1.50 USD", "1.50", ""]);
  });
});
