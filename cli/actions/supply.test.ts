import { expect } from "chai";
import { absenceText, lackText, type Supply } from "./supply.ts";

const FOLLOWS = { followsList: true };
const supply = (...symbols: string[]): Supply => ({ fetcherCount: 1, symbols, isWhole: true, ...FOLLOWS });
const NOBODY: Supply = { fetcherCount: 0, symbols: [], isWhole: true, ...FOLLOWS };
const UNTOLD: Supply = { fetcherCount: 1, symbols: [], isWhole: false, ...FOLLOWS };

describe("lackText()", () => {
  const cases: readonly (readonly [title: string, supply: Supply | null, says: string | null])[] = [
    ["that no fetcher is connected", NOBODY, "no fetcher is connected (./bell status says more)"],
    [
      "that none asks for it, and what is asked for and near it",
      supply("AAPL", "MSFT", "NOVA", "NOVE", "NOPEX"),
      "no fetcher asks for it (./bell symbols add NOPE); near it: NOVE, NOPEX",
    ],
    [
      "where every fetcher was told its own, by what",
      { ...supply("AAPL"), followsList: false },
      "no fetcher asks for it (BELL_SYMBOLS)",
    ],
    ["nothing of what a fetcher asks for", supply("NOPE"), null],
    ["nothing while a fetcher does not tell what it asks for", UNTOLD, null],
    ["nothing when the server does not tell", null, null],
  ];
  for (const [title, given, says] of cases) {
    it(`says ${title}`, () => expect(lackText("NOPE", given)).to.equal(says));
  }
});

describe("lackText() of a pair", () => {
  it("names who brings pairs: on the server's list it may be already", () => {
    expect(lackText("BTCUSDT", supply("AAPL")))
      .to.include("BELL_SOURCE")
      .and.not.include("symbols add");
  });
});

describe("absenceText()", () => {
  const cases: readonly (readonly [symbol: string | null, supply: Supply | null, says: RegExp])[] = [
    ["NOPE", supply("AAPL"), /^no fetcher asks for it \(\.\/bell symbols add NOPE\)$/],
    ["NOPE", supply("NOPE"), /^a fetcher asks for it, and no price has come yet .*\.\/bell symbols list/],
    ["NOPE", null, /^no price has come yet$/],
    ["NOPE", UNTOLD, /^no price has come yet$/],
    [null, NOBODY, /^no fetcher is connected/],
    [null, supply("A", "B", "C"), /^none has come yet; fetchers ask for A, B, C \(/],
    [null, supply("A", "B", "C", "D", "E"), /^none has come yet; fetchers ask for A, B, C and 2 more \(/],
    [null, UNTOLD, /^none has come yet \(\.\/bell status/],
  ];
  for (const [symbol, given, says] of cases) {
    it(`of ${symbol ?? "everything"}: ${String(says)}`, () => expect(absenceText(symbol, given)).to.match(says));
  }
});
