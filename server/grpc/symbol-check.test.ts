import { expect } from "chai";
import { FoundSymbol } from "../../proto/gen/tickerbell/v1/symbol_service.ts";
import { checkSymbol, unknownText } from "./symbol-check.ts";

const found = (...symbols: (readonly [symbol: string, name: string, score?: number])[]): FoundSymbol[] =>
  symbols.map(([symbol, name, score = 0]) => FoundSymbol.fromPartial({ symbol, name, score }));

describe("checkSymbol()", () => {
  const cases: readonly (readonly [title: string, symbol: string, matches: FoundSymbol[], says: string | null])[] = [
    ["knows what the source has", "IBM", found(["IBMX", "x"], ["IBM", "International"]), null],
    ["knows a share class however the source spells it", "BRK-B", found(["brk.b", "Berkshire"]), null],
    ["does not take a longer symbol for it", "IBM", found(["IBMX", "Another"]), "IBMX (Another)"],
    ["offers what is watched where the source finds nothing", "APPL", [], "AAPL"],
    ["offers the source's before what is watched, where both are as near", "AAPX", found(["AAPZ", ""]), "AAPZ, AAPL"],
    ["offers what the source found by its name", "TESLA", found(["TSLA", "Tesla Inc", 0.8]), "TSLA (Tesla Inc)"],
    ["leaves out what is no symbol", "AAPX", found(["AAP X", "x"], ["", "y"]), "AAPL"],
    ["offers three at most", "TS", found(["TS1", ""], ["TS2", ""], ["TS3", ""], ["TS4", ""]), "TS1, TS2, TS3"],
  ];
  for (const [title, symbol, matches, near] of cases) {
    it(title, () => {
      const check = checkSymbol(symbol, matches, ["AAPL", "MSFT"]);
      expect(check.isKnown).to.equal(near === null);
      if (near !== null) expect(unknownText(check)).to.equal(`the source does not know ${symbol}; near it: ${near}`);
    });
  }

  it("offers nothing where nothing is near, neither what is watched nor the source's guesses", () => {
    const guesses = found(["BSVN", "Bank7 Corp", 0.5]);
    for (const [matches, watched] of [
      [[], []],
      [guesses, ["AAPL", "MSFT"]],
    ] as const) {
      expect(unknownText(checkSymbol("IBM", matches, watched))).to.equal("the source does not know IBM");
    }
  });
});
