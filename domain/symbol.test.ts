import { expect } from "chai";
import { AppError } from "./error.ts";
import { currencyOf, parseSymbol } from "./symbol.ts";

describe("parseSymbol()", () => {
  it("takes the symbols that exist, in upper case", () => {
    const texts = ["aapl", "BRK-B", "tsco.lon", "BFOR:BAT", "BC/PB", "600104.SHH", "7203", "A".repeat(32)];
    expect(texts.map(parseSymbol)).to.deep.equal(texts.map((text) => text.toUpperCase()));
  });

  for (const text of [
    "",
    " ",
    "AA PL",
    "-h",
    "../x",
    "AAPL;",
    "ÄPL",
    "ſ",
    "ııı",
    "AAPL\n",
    "A".repeat(33),
    "$AAPL",
    "^GSPC",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseSymbol(text))
        .to.throw(AppError)
        .with.property("reason", "SYMBOL_FORMAT");
    });
  }
});

describe("currencyOf()", () => {
  it("goes by the listing suffix, else US dollars", () => {
    const symbols = ["AAPL", "BRK-B", "BRK.B", "TSCO.LON", "MBG.DEX", "SHOP.TRT", "RELIANCE.BSE", "600104.SHH"];
    expect(symbols.map(currencyOf)).to.deep.equal(["USD", "USD", "USD", "GBX", "EUR", "CAD", "INR", "CNY"]);
  });
});
