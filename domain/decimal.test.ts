import { expect } from "chai";
import fc from "fast-check";
import {
  addDecimals,
  decimalFromNumber,
  multiplyDecimals,
  numberFromDecimal,
  parseDecimal,
  renderDecimal,
} from "./decimal.ts";

const plain = (text: string) => renderDecimal(parseDecimal(text)!);

describe("parseDecimal()", () => {
  it("reads signs, points and exponents exactly", () => {
    expect(parseDecimal("-12.50")).to.deep.equal({ units: -1250n, scale: 2 });
    expect(parseDecimal("1.5e-7")).to.deep.equal({ units: 15n, scale: 8 });
    expect(parseDecimal("1.5E+3")).to.deep.equal({ units: 1500n, scale: 0 });
  });

  for (const text of [
    "",
    ".",
    "1.",
    ".5",
    "+1",
    "--1",
    "1e",
    "1e1.5",
    "1_000",
    "1,000",
    "0x10",
    "NaN",
    "Infinity",
    " 1",
    "1e1234",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => expect(parseDecimal(text)).to.equal(null));
  }
});

describe("renderDecimal()", () => {
  it("drops trailing zeros and keeps leading ones", () => {
    expect(plain("200.00")).to.equal("200");
    expect(plain("0.00120")).to.equal("0.0012");
    expect(plain("-0.5")).to.equal("-0.5");
    expect(plain("1e3")).to.equal("1000");
  });

  it("pads to the asked number of decimals", () => {
    expect(renderDecimal({ units: 5n, scale: 0 }, 2)).to.equal("5.00");
    expect(renderDecimal({ units: 51234n, scale: 4 }, 2)).to.equal("5.1234");
  });

  it("is read back as the same double, whatever the double", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(renderDecimal(decimalFromNumber(value)))).to.equal(value === 0 ? 0 : value);
      }),
    );
  });
});

describe("decimal arithmetic", () => {
  it("adds and multiplies without rounding", () => {
    expect(numberFromDecimal(addDecimals(parseDecimal("0.1")!, parseDecimal("0.2")!))).to.equal(0.3);
    expect(numberFromDecimal(multiplyDecimals(parseDecimal("1.1")!, parseDecimal("1.1")!))).to.equal(1.21);
  });

  it("refuses a number that has no decimal text", () => {
    expect(() => decimalFromNumber(NaN)).to.throw(RangeError);
  });
});
