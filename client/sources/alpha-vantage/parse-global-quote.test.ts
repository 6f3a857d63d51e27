import { expect } from "chai";
import { parseGlobalQuote } from "./parse-global-quote.ts";
import type { Reading, ReadingContext } from "./quote-collector.ts";

const NOW = Date.UTC(2026, 4, 17, 12);
const CONTEXT: ReadingContext = { symbol: "IBM", source: "alpha-vantage", neverCloses: false, fetchTimeMs: NOW };
const GOOD = {
  "01. symbol": "ibm",
  "02. open": "218.2000",
  "03. high": "220.9100",
  "04. low": "217.6150",
  "05. price": "219.3000",
  "06. volume": "6154450",
  "07. latest trading day": "2026-05-15",
  "08. previous close": "218.3700",
  "09. change": "0.9300",
  "10. change percent": "0.4259%",
};
const HEADER = "symbol,open,high,low,price,volume,latestDay,previousClose,change,changePercent";

function json(quote: unknown, name = "Global Quote"): Reading {
  const value = { [name]: quote };
  return parseGlobalQuote({ kind: "json", value, text: JSON.stringify(value) }, CONTEXT);
}

function csv(text: string): Reading {
  return parseGlobalQuote({ kind: "csv", text }, CONTEXT);
}

function outcome(reading: Reading): unknown {
  return reading.kind === "quotes" ? reading.quotes : reading.refusal.class;
}

const BAR = {
  symbol: "IBM",
  source: "alpha-vantage",
  periodMs: 23_400_000,
  quoteTimeMs: Date.UTC(2026, 4, 15, 13, 30),
  open: 218.2,
  high: 220.91,
  low: 217.615,
  close: 219.3,
  volume: 6_154_450,
  sessionClass: "regular",
  fetchTimeMs: NOW,
};

describe("parseGlobalQuote()", () => {
  it("makes a bar of the latest trading day's regular session", () => {
    expect(outcome(json(GOOD))).to.deep.equal([BAR]);
  });

  it("takes the delayed answer's outer key", () => {
    expect(outcome(json(GOOD, "Global Quote - DATA DELAYED BY 15 MINUTES"))).to.deep.equal([BAR]);
  });

  it("reads the same out of CSV", () => {
    const row = "IBM,218.2000,220.9100,217.6150,219.3000,6154450,2026-05-15,218.3700,0.9300,0.4259%";
    expect(outcome(csv(`${HEADER}\r\n${row}\r\n`))).to.deep.equal([BAR]);
  });

  for (const [what, change] of [
    ["another symbol", { "01. symbol": "MSFT" }],
    ["a letter that only becomes the right one in upper case", { "01. symbol": "\u0131BM" }],
    ["no symbol", { "01. symbol": undefined }],
    ["a day in words", { "07. latest trading day": "yesterday" }],
    ["a day that is none", { "07. latest trading day": "2026-02-30" }],
    ["a holiday", { "07. latest trading day": "2026-04-03" }],
    ["a Sunday", { "07. latest trading day": "2026-05-17" }],
    ["a day far ahead", { "07. latest trading day": "2026-06-15" }],
    ["a price of zero", { "05. price": "0.0000" }],
    ["a price outside the day's range", { "05. price": "221.0" }],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(outcome(json({ ...GOOD, ...change }))).to.equal("malformed");
    });
  }

  const spans: [string, Partial<ReadingContext>, string, string, string][] = [
    ["until one on a half day", {}, "2025-11-28", "2025-11-28T09:30-05:00", "2025-11-28T13:00-05:00"],
    ["an hour later by UTC in winter", {}, "2026-01-15", "2026-01-15T14:30Z", "2026-01-15T21:00Z"],
    [
      "over the day in UTC where the exchange's hours are not known",
      { symbol: "TSCO.LON" },
      "2026-05-14",
      "2026-05-14T00:00Z",
      "2026-05-15T00:00Z",
    ],
    [
      "over New York's day in a market that never closes, on Sundays too",
      { neverCloses: true },
      "2026-05-10",
      "2026-05-10T00:00-04:00",
      "2026-05-11T00:00-04:00",
    ],
  ];
  for (const [sentence, context, day, start, end] of spans) {
    it(`spans the session: ${sentence}`, () => {
      const { symbol } = { ...CONTEXT, ...context };
      const value = { "Global Quote": { ...GOOD, "01. symbol": symbol, "07. latest trading day": day } };
      const reading = parseGlobalQuote({ kind: "json", value, text: "" }, { ...CONTEXT, ...context });
      const [bar] = reading.kind === "quotes" ? reading.quotes : expect.fail(reading.refusal.message);
      const { quoteTimeMs = NaN, periodMs = NaN } = bar ?? {};
      expect([quoteTimeMs, quoteTimeMs + periodMs]).to.deep.equal([Date.parse(start), Date.parse(end)]);
    });
  }

  it("takes a share class however it is spelled", () => {
    const value = { "Global Quote": { ...GOOD, "01. symbol": "BRK.B" } };
    expect(parseGlobalQuote({ kind: "json", value, text: "" }, { ...CONTEXT, symbol: "BRK-B" }).kind).to.equal(
      "quotes",
    );
  });

  it("takes a fund, which has one price and no volume", () => {
    const flat = { "02. open": "10.5", "03. high": "10.5", "04. low": "10.5", "05. price": "10.5", "06. volume": "0" };
    expect(outcome(json({ ...GOOD, ...flat }))).to.have.lengthOf(1);
  });

  it("says no data for CSV without a row, malformed for more than one or for half of one", () => {
    const row = "IBM,218.2000,220.9100,217.6150,219.3000,6154450,2026-05-15,218.3700,0.9300,0.4259%";
    expect(outcome(csv(`${HEADER}\r\n`))).to.equal("no_data");
    expect(outcome(csv(`${HEADER}\r\n${row}\r\n${row}\r\n`))).to.equal("malformed");
    expect(outcome(csv(`${HEADER}\r\n${row}`))).to.equal("malformed");
    expect(outcome(csv("timestamp,open,high,low,close,volume\r\n"))).to.equal("malformed");
  });

  it("refuses what holds no quote object", () => {
    expect(outcome(json("219.30"))).to.equal("malformed");
    expect(outcome(json(GOOD, "Quote"))).to.equal("malformed");
  });
});
