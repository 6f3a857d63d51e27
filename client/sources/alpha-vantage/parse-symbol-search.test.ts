import { expect } from "chai";
import type { SearchResult } from "../source.ts";
import type { Answer } from "./classify-answer.ts";
import { parseSymbolSearch } from "./parse-symbol-search.ts";

const HEADER = "symbol,name,type,region,marketOpen,marketClose,timezone,currency,matchScore\r\n";
const TESCO = {
  symbol: "TSCO.LON",
  name: "Tesco PLC",
  type: "Equity",
  region: "United Kingdom",
  currency: "GBX",
  score: 0.7273,
};
const ROW = {
  "1. symbol": "TSCO.LON",
  "2. name": "Tesco PLC",
  "3. type": "Equity",
  "4. region": "United Kingdom",
  "5. marketOpen": "08:00",
  "6. marketClose": "16:30",
  "7. timezone": "UTC+01",
  "8. currency": "GBX",
  "9. matchScore": "0.7273",
};

function answer(text: string): Exclude<Answer, { kind: "refusal" }> {
  return text.startsWith("{")
    ? { kind: "json", value: JSON.parse(text) as Record<string, unknown>, text }
    : { kind: "csv", text };
}

const json = (bestMatches: unknown): SearchResult => parseSymbolSearch(answer(JSON.stringify({ bestMatches })));
const csv = (rows: string): SearchResult => parseSymbolSearch(answer(HEADER + rows));
const outcome = (result: SearchResult): unknown => (result.kind === "found" ? result.matches : result.refusal.class);
const symbols = (result: SearchResult): unknown =>
  result.kind === "found" ? result.matches.map(({ symbol }) => symbol) : result.refusal.class;

describe("parseSymbolSearch()", () => {
  it("reads what a listing is, out of JSON and CSV alike", () => {
    expect(outcome(json([ROW]))).to.deep.equal([TESCO]);
    expect(outcome(csv("TSCO.LON,Tesco PLC,Equity,United Kingdom,08:00,16:30,UTC+01,GBX,0.7273\r\n"))).to.deep.equal([
      TESCO,
    ]);
  });

  it("keeps the order, and a name with a comma whole", () => {
    const rest = "Equity,United States,09:30,16:00,UTC-04,USD,1.0000";
    const result = csv(`B,"B, Inc",${rest}\r\nA,A,${rest}\r\n`);
    expect(symbols(result)).to.deep.equal(["B", "A"]);
    expect(result.kind === "found" && result.matches[0]?.name).to.equal("B, Inc");
  });

  it("finds nothing in an empty list", () => {
    expect(outcome(json([]))).to.deep.equal([]);
    expect(outcome(csv(""))).to.deep.equal([]);
  });

  const bad: [string, object | null][] = [
    ["no symbol", { ...ROW, "1. symbol": "not a symbol" }],
    ["a symbol that is no text", { ...ROW, "1. symbol": 1 }],
    ["no score", { ...ROW, "9. matchScore": "high" }],
    ["a score beyond measure", { ...ROW, "9. matchScore": "1e309" }],
    ["nothing", null],
  ];
  for (const [what, row] of bad) {
    it(`passes over a row with ${what}; if none is left the answer is none`, () => {
      expect(symbols(json([row, ROW]))).to.deep.equal(["TSCO.LON"]);
      expect(symbols(json([row]))).to.equal("malformed");
    });
  }

  it("puts names on one line, and takes what is no text for nothing", () => {
    const result = json([{ ...ROW, "2. name": "Tes\u0007co\n PLC", "8. currency": 5 }]);
    expect(result.kind === "found" && [result.matches[0]?.name, result.matches[0]?.currency]).to.deep.equal([
      "Tes co PLC",
      "",
    ]);
  });

  it("refuses what is no list, says something twice, or answers another question", () => {
    expect(outcome(json({ a: ROW }))).to.equal("malformed");
    expect(outcome(parseSymbolSearch(answer('{"bestMatches": [], "bestMatches": []}')))).to.equal("malformed");
    expect(outcome(parseSymbolSearch(answer("timestamp,open\r\n")))).to.equal("malformed");
    expect(outcome(csv("TSCO.LON,Tesco\r\n"))).to.equal("malformed");
    expect(outcome(csv(`${"x".repeat(3_000)}\r\n`))).to.equal("malformed");
  });

  it("leaves away a last row that was cut off, and more rows than the service gives", () => {
    const row = "A,A,Equity,United States,09:30,16:00,UTC-04,USD,1.0000";
    expect(symbols(csv(`${row}\r\nB,B,Equity,United States,09:30,16:00,UTC-04,USD,1.0`))).to.deep.equal(["A"]);
    const many = csv(`${row}\r\n`.repeat(60));
    expect(many.kind === "found" && many.matches.length).to.equal(50);
  });
});
