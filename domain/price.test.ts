import { expect } from "chai";
import fc from "fast-check";
import { AppError } from "./error.ts";
import { formatPrice, isPrice, levelFrom, parseBandPercent, parsePrice } from "./price.ts";

function reasonOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof AppError ? error.reason : String(error);
  }
  return "accepted";
}

describe("parsePrice()", () => {
  const cases: readonly (readonly [string, number, boolean, string])[] = [
    ["190.10", 190.1, false, "reads ordinary text"],
    ["0190.1000", 190.1, false, "ignores zeros that say nothing"],
    ["123456789012.345", 123456789012.345, false, "keeps 15 digits exactly"],
    ["190.1000000000000000000", 190.1, false, "does not count trailing zeros as digits"],
    ["190.10000000000002", 190.1, true, "rounds a printed float to 15 digits and says so"],
    ["0.1234567890123455", 0.123456789012346, true, "rounds halves up, in decimal"],
    ["99999999999.99999", 1e11, true, "carries when rounding"],
    ["1.234e-7", 1.234e-7, false, "reads an exponent"],
  ];
  for (const [text, price, rounded, sentence] of cases) {
    it(`${sentence}: ${text}`, () => expect(parsePrice(text)).to.deep.equal({ price, rounded }));
  }

  const refused = [
    "",
    "0",
    "0.00",
    "-1",
    "+1",
    "NaN",
    "Infinity",
    "1e400",
    "1e-400",
    "1e",
    "e5",
    "12,5",
    "$5",
    " 5",
    "5 ",
    "--",
    "1e12",
    "999999999999.9999",
  ];
  for (const text of [...refused, "1".repeat(41), "0".repeat(40) + "1"]) {
    it(`refuses ${JSON.stringify(text)}`, () => expect(reasonOf(() => parsePrice(text))).to.equal("PRICE_RANGE"));
  }

  it("keeps equality and order of all texts with up to 15 digits", () => {
    const text = fc.tuple(fc.bigInt(1n, 10n ** 15n - 1n), fc.integer({ min: 3, max: 8 }));
    fc.assert(
      fc.property(text, text, ([unitsA, scaleA], [unitsB, scaleB]) => {
        const order = unitsA * 10n ** BigInt(scaleB) - unitsB * 10n ** BigInt(scaleA);
        const difference = parsePrice(`${unitsA}e-${scaleA}`).price - parsePrice(`${unitsB}e-${scaleB}`).price;
        expect(Math.sign(difference)).to.equal(order > 0n ? 1 : order < 0n ? -1 : 0);
      }),
    );
  });
});

describe("levelFrom()", () => {
  const cases: readonly (readonly [number, { percent: string } | { amount: string }, number])[] = [
    [200, { percent: "-0.5" }, 199],
    [200, { percent: "0.5" }, 201],
    [200, { percent: "0" }, 200],
    [190.1, { percent: "10" }, 209.11],
    [1.1, { percent: "10" }, 1.21],
    [0.1, { amount: "0.2" }, 0.3],
    [100, { amount: "-0.01" }, 99.99],
    [1.5e-7, { percent: "100" }, 3e-7],
  ];
  for (const [base, change, level] of cases) {
    it(`takes ${base} by ${JSON.stringify(change)} to ${level}`, () => expect(levelFrom(base, change)).to.equal(level));
  }

  it("meets the decimal that a person computes, where double arithmetic misses it", () => {
    expect(levelFrom(70.7, { percent: "0.5" })).to.equal(71.0535);
    let misses = 0;
    for (let cents = 10_000; cents < 11_000; cents++) {
      const exact = Number(`${cents * 995}e-5`);
      expect(levelFrom(cents / 100, { percent: "-0.5" })).to.equal(exact);
      if ((cents / 100) * (1 - 0.5 / 100) !== exact) misses++;
    }
    expect(misses).to.be.greaterThan(0);
  });

  it("refuses a change that is no number and a level that is no price", () => {
    expect(reasonOf(() => levelFrom(100, { percent: "much" }))).to.equal("FIELD_INVALID");
    expect(reasonOf(() => levelFrom(100, { percent: "-100" }))).to.equal("PRICE_RANGE");
    expect(reasonOf(() => levelFrom(100, { amount: "-100.5" }))).to.equal("PRICE_RANGE");
  });
});

describe("parseBandPercent()", () => {
  it("returns plain text for 0 to 50 percent", () => {
    expect(["0", "0.50", "50", "5e-1"].map(parseBandPercent)).to.deep.equal(["0", "0.5", "50", "0.5"]);
  });

  it("refuses anything else", () => {
    for (const text of ["", "-1", "50.1", "half", "0.5%", "1".repeat(41)]) {
      expect(
        reasonOf(() => parseBandPercent(text)),
        text,
      ).to.equal("FIELD_INVALID");
    }
  });
});

describe("formatPrice()", () => {
  it("shows the shortest decimal with at least two places and no exponent", () => {
    expect([200, 190.1234, 190.1, 1e-7, 12345678.5].map(formatPrice)).to.deep.equal([
      "200.00",
      "190.1234",
      "190.10",
      "0.0000001",
      "12345678.50",
    ]);
  });

  it("is read back as the same price", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: 0, max: 6 }), (units, scale) => {
        const price = Number(`${units}e-${scale}`);
        expect(parsePrice(formatPrice(price))).to.deep.equal({ price, rounded: false });
      }),
    );
  });
});

describe("isPrice()", () => {
  it("is false for what nothing trades at", () => {
    for (const value of [0, -1, NaN, Infinity, 1e-13, 1e12]) expect(isPrice(value), String(value)).to.equal(false);
    for (const value of [1e-8, 0.01, 200, 700_000]) expect(isPrice(value), String(value)).to.equal(true);
  });
});
