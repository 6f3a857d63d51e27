import { expect } from "chai";
import { AppError } from "./error.ts";
import { currencyOf, isPair, parseSymbol } from "./symbol.ts";

describe("parseSymbol()", () => {
  it("takes the symbols that exist, in upper case", () => {
    const texts = ["aapl", "BRK-B", "tsco.lon", "BFOR:BAT", "BC/PB", "600104.SHH", "7203", "A".repeat(32)];
    expect(texts.map(parseSymbol)).to.deep.equal(texts.map((text) => text.toUpperCase()));
  });

  it("has one form for a share class, however it is typed, and lets the suffixes of exchanges be", () => {
    const spelled = { "brk.b": "BRK-B", "BF.A": "BF-A", "BFLY.WS": "BFLY-WS", "PSTH.U": "PSTH-U" };
    expect(Object.keys(spelled).map(parseSymbol)).to.deep.equal(Object.values(spelled));
    const foreign = ["TSCO.LON", "MBG.DEX", "MBG.DE", "600104.SHH", "7203.T", "TSCO.L", "BFS-P-D", "6190.HKG"];
    expect(foreign.map(parseSymbol)).to.deep.equal(foreign);
  });

  const repeated: readonly (readonly [typed: string, shown: string])[] = [
    ["ÄPL", "ÄPL"],
    ["A\nbell: all well", "A\\u000abell: all well"],
    ["A\u202eLPA\u001b[31m\u2028", "A\\u202eLPA\\u001b[31m\\u2028"],
    ["A\u{e0041}\ud800", "A\\u{e0041}\\ud800"],
    ["x".repeat(41), `${"x".repeat(40)}…`],
    [`${"a".repeat(39)}😀😀`, `${"a".repeat(39)}😀…`],
    ["😀".repeat(40), "😀".repeat(40)],
    ["😀".repeat(99), `${"😀".repeat(40)}…`],
  ];
  for (const [typed, shown] of repeated) {
    it(`repeats ${JSON.stringify(typed)} so that it can only be read`, () => {
      expect(() => parseSymbol(typed)).to.throw(`"${shown}" is not a symbol`);
    });
  }

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

describe("isPair()", () => {
  it("is true of two assets in one word, not of a share, however it is listed", () => {
    expect(["BTCUSDT", "ETHBTC", "BTCEUR", "1000SATSUSDT"].every(isPair)).to.equal(true);
    expect(["AAPL", "BRK-B", "GOOGL", "USDT", "TSCO.LON", "600104.SHH"].some(isPair)).to.equal(false);
  });
});

describe("currencyOf()", () => {
  it("goes by the listing suffix, else US dollars", () => {
    const symbols = ["AAPL", "BRK-B", "TSCO.LON", "MBG.DEX", "SHOP.TRT", "RELIANCE.BSE", "600104.SHH", "6190.HKG"];
    expect(symbols.map(currencyOf)).to.deep.equal(["USD", "USD", "GBX", "EUR", "CAD", "INR", "CNY", "HKD"]);
    expect(["ASML.AMS", "IWDA.AS", "AIR.PAR"].map(currencyOf)).to.deep.equal(["EUR", "EUR", "EUR"]);
  });

  it("is a pair's second asset", () => {
    const symbols = ["BTCUSDT", "ETHBTC", "SOLUSDC", "1INCHUSDT", "BTCEUR", "BNBFDUSD"];
    expect(symbols.map(currencyOf)).to.deep.equal(["USDT", "BTC", "USDC", "USDT", "EUR", "FDUSD"]);
    expect(["ABTC", "XXETH", "GOOGL", "USDT"].map(currencyOf)).to.deep.equal(["USD", "USD", "USD", "USD"]);
  });
});
