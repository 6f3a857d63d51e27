import { expect } from "chai";
import { FoundSymbol } from "../../proto/gen/tickerbell/v1/symbol_service.ts";
import { checkSymbol, unknownText } from "./symbol-check.ts";

const found = (...symbols: (readonly [symbol: string, name: string])[]): FoundSymbol[] =>
  symbols.map(([symbol, name]) => FoundSymbol.fromPartial({ symbol, name }));

describe("checkSymbol()", () => {
  const cases: readonly (readonly [title: string, symbol: string, matches: FoundSymbol[], says: string | null])[] = [
    ["knows what the source has", "IBM", found(["IBMX", "x"], ["IBM", "International"]), null],
    ["knows a share class however the source spells it", "BRK-B", found(["brk.b", "Berkshire"]), null],
    ["does not take a longer symbol for it", "IBM", found(["IBMX", "Another"]), "IBMX (Another), AAPL, MSFT"],
    ["offers what is watched where the source finds nothing", "APPL", [], "AAPL, MSFT"],
    [
      "offers the source's before what is watched, where both are as near",
      "AAPX",
      found(["AAPZ", ""]),
      "AAPZ, AAPL, MSFT",
    ],
    ["leaves out what is no symbol", "IBM", found(["a b", "x"], ["", "y"]), "AAPL, MSFT"],
    ["offers three at most", "T", found(["T1", ""], ["T2", ""], ["T3", ""], ["T4", ""]), "T1, T2, T3"],
  ];
  for (const [title, symbol, matches, near] of cases) {
    it(title, () => {
      const check = checkSymbol(symbol, matches, ["AAPL", "MSFT"]);
      expect(check.isKnown).to.equal(near === null);
      if (near !== null) expect(unknownText(check)).to.equal(`the source does not know ${symbol}; near it: ${near}`);
    });
  }

  it("has nothing to offer where nothing is known", () => {
    expect(unknownText(checkSymbol("IBM", [], []))).to.equal("the source does not know IBM");
  });
});
