// The long trial fuzz.recordings in small, and whether its strict reader would see what is wrong.
import { expect } from "chai";
import type { Quote } from "../domain/quote.ts";
import { MINUTE_MS } from "../domain/time.ts";
import { fuzzRecordings } from "./fuzz/fuzz-recordings.ts";
import { strictReader, type StrictQuestion } from "./fuzz/strict-reader.ts";
import { recordingsDir } from "./recordings.ts";

const ROW = '"1. open": "10", "2. high": "11.5", "3. low": "9", "4. close": "10.5", "5. volume": "5"';
const MINUTES = `{"Meta Data": {"2. Symbol": "IBM", "4. Interval": "1min", "6. Time Zone": "US/Eastern"}, "Time Series (1min)": {"2026-05-15 10:00:00": {${ROW}}}}`;
const CSV = "timestamp,open,high,low,close,volume\r\n2026-05-15 10:00:00,10,11.5,9,10.5,5\r\n";
const QUESTION: StrictQuestion = { kind: "intraday", symbol: "IBM" };
const QUOTE: Quote = {
  symbol: "IBM",
  source: "alpha-vantage",
  periodMs: MINUTE_MS,
  quoteTimeMs: Date.UTC(2026, 4, 15, 14),
  open: 10,
  high: 11.5,
  low: 9,
  close: 10.5,
  volume: 5,
  sessionClass: "regular",
  fetchTimeMs: Date.UTC(2026, 4, 15, 15),
};
const problemOf = (body: string, quote: Partial<Quote> = {}, question = QUESTION): string | null =>
  strictReader(Buffer.from(body), question)({ ...QUOTE, ...quote });

describe("the strict reader", () => {
  it("finds what an answer says", () => {
    expect([problemOf(MINUTES), problemOf(CSV)]).to.deep.equal([null, null]);
    const day = `{"Global Quote": {"01. symbol": "IBM", "02. open": "10", "03. high": "11.5", "04. low": "9", "05. price": "10.5", "06. volume": "5", "07. latest trading day": "2026-05-15"}}`;
    const opening = { quoteTimeMs: Date.UTC(2026, 4, 15, 13, 30) };
    expect(problemOf(day, opening, { kind: "global-quote", symbol: "IBM" })).to.equal(null);
    const daily = MINUTES.replace('"4. Interval": "1min", "6.', '"5.')
      .replace("1min", "Daily")
      .replace(" 10:00:00", "");
    const midnight = { quoteTimeMs: Date.UTC(2026, 4, 15, 4) };
    expect(problemOf(daily, midnight, { kind: "daily", symbol: "IBM" })).to.equal(null);
    const bulk = `{"message": "success", "data": [{"symbol": "IBM", "timestamp": "2026-05-15 10:00:00.000", "open": "1", "high": "1", "low": "1", "close": "10.5", "volume": "5"}]}`;
    const tick = { open: 10.5, high: 10.5, low: 10.5 };
    expect(problemOf(bulk, tick, { kind: "bulk-quotes", symbol: "IBM" })).to.equal(null);
    expect(problemOf(bulk.replace("success", "x"), tick, { kind: "bulk-quotes", symbol: "IBM" })).to.be.a("string");
  });

  const wrong: [string, string, Partial<Quote>][] = [
    ["another close", MINUTES, { close: 10.6 }],
    ["another volume", CSV, { volume: 6 }],
    ["another minute", MINUTES, { quoteTimeMs: QUOTE.quoteTimeMs + MINUTE_MS }],
    ["another symbol", MINUTES.replace("IBM", "AAPL"), {}],
    ["a value of another field", MINUTES.replace("4. close", "4. last"), {}],
    ["a row that stands twice", MINUTES.replace("}}}", `}, "2026-05-15 10:00:00": {${ROW}}}}`), {}],
    ["a field that stands twice", MINUTES.replace('"4. close"', '"4. close": "10.5", "4. close"'), {}],
    ["a refusal", MINUTES.replace("{", '{"Note": "no", '), {}],
    ["a number without quotation marks", MINUTES.replace('"10.5"', "10.5"), {}],
    ["JSON that is none", MINUTES.slice(0, -1), {}],
    ["a row of another width", CSV.replace(",5\r", ",5,5\r"), {}],
  ];
  for (const [what, body, quote] of wrong) it(`sees ${what}`, () => expect(problemOf(body, quote)).to.be.a("string"));
});

describe("spoiled recordings", () => {
  const folder = recordingsDir();
  if (folder === null) {
    it("skipped: no recordings");
    return;
  }
  it("give no quote that the answer does not say", async () => {
    const violations: string[] = [];
    const onViolation = (text: string): void => void violations.push(text);
    const figures = await fuzzRecordings({ folder, count: 1_500, seed: 1, onViolation });
    expect(violations.slice(0, 10)).to.deep.equal([]);
    expect(figures.taken, "there was something to see").to.be.at.least(150);
  });
});
