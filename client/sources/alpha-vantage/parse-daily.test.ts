import { expect } from "chai";
import { DAY_MS } from "../../../domain/time.ts";
import type { Answer } from "./classify-answer.ts";
import { parseDaily } from "./parse-daily.ts";
import type { Reading, ReadingContext } from "./quote-collector.ts";

const NOW = Date.UTC(2026, 4, 17, 12);
const CONTEXT: ReadingContext = { symbol: "IBM", source: "alpha-vantage", neverCloses: false, fetchTimeMs: NOW };
const GOOD = {
  "1. open": "218.2000",
  "2. high": "220.9100",
  "3. low": "217.6150",
  "4. close": "219.3000",
  "5. volume": "6154450",
};
const META = {
  "1. Information": "Daily Prices (open, high, low, close) and Volumes",
  "2. Symbol": "IBM",
  "3. Last Refreshed": "2026-05-15",
  "4. Output Size": "Compact",
  "5. Time Zone": "US/Eastern",
};
const HEADER = "timestamp,open,high,low,close,volume";

function answer(text: string): Exclude<Answer, { kind: "refusal" }> {
  return text.startsWith("{")
    ? { kind: "json", value: JSON.parse(text) as Record<string, unknown>, text }
    : { kind: "csv", text };
}

function json(series: unknown, context = CONTEXT, meta: object = META): Reading {
  return parseDaily(answer(JSON.stringify({ "Meta Data": meta, "Time Series (Daily)": series })), context);
}

function outcome(reading: Reading): unknown {
  return reading.kind === "quotes" ? [reading.quotes.length, reading.refusedRows] : reading.refusal.class;
}

describe("parseDaily()", () => {
  const bar = {
    symbol: "IBM",
    source: "alpha-vantage",
    periodMs: DAY_MS,
    quoteTimeMs: Date.UTC(2026, 4, 15, 4),
    open: 218.2,
    high: 220.91,
    low: 217.615,
    close: 219.3,
    volume: 6_154_450,
    sessionClass: "regular",
    fetchTimeMs: NOW,
  };

  it("makes a bar of each day, from New York's midnight, with the regular session's prices", () => {
    const reading = json({ "2026-05-15": GOOD, "2026-01-15": GOOD });
    const winter = { ...bar, quoteTimeMs: Date.UTC(2026, 0, 15, 5) };
    expect(reading.kind === "quotes" && reading.quotes).to.deep.equal([winter, bar]);
  });

  it("reads the same out of CSV", () => {
    const row = "2026-05-15,218.2000,220.9100,217.6150,219.3000,6154450\r\n";
    const reading = parseDaily(answer(`${HEADER}\r\n${row}`), CONTEXT);
    expect(reading.kind === "quotes" && reading.quotes).to.deep.equal([bar]);
  });

  it("reaches back to days before the service's minutes", () => {
    expect(outcome(json({ "1999-11-01": GOOD }))).to.deep.equal([1, 0]);
  });

  for (const [what, stamp] of [
    ["a Sunday", "2026-05-10"],
    ["a holiday", "2026-04-03"],
    ["a day that no month has", "2026-02-30"],
    ["a moment", "2026-05-14 10:00:00"],
    ["a week ahead", "2026-05-26"],
    ["a word", "yesterday"],
  ] as const) {
    it(`refuses ${what}, and that row alone`, () => {
      expect(outcome(json({ [stamp]: GOOD, "2026-05-15": GOOD }))).to.deep.equal([1, 1]);
    });
  }

  it("takes the days of an exchange whose hours are not known as those of UTC, Sundays too", () => {
    const context = { ...CONTEXT, symbol: "TSCO.LON" };
    const reading = json({ "2026-05-10": GOOD }, context, { ...META, "2. Symbol": "TSCO.LON" });
    expect(reading.kind === "quotes" && reading.quotes[0]?.quoteTimeMs).to.equal(Date.UTC(2026, 4, 10));
  });

  it("takes every day of a market that never closes", () => {
    const reading = json({ "2026-05-10": GOOD }, { ...CONTEXT, source: "simulator", neverCloses: true });
    expect(reading.kind === "quotes" && reading.quotes[0]?.sessionClass).to.equal("always");
  });

  it("believes neither of two rows of one day, and nothing of an answer that says anything else twice", () => {
    const row = JSON.stringify(GOOD);
    const text = (meta: string, first: string): string =>
      `{"Meta Data": ${meta}, "Time Series (Daily)": {"2026-05-15": ${first}, "2026-05-14": ${row}, "2026-05-1\\u0035": ${row}}}`;
    expect(outcome(parseDaily(answer(text(JSON.stringify(META), row)), CONTEXT))).to.deep.equal([1, 1]);
    const twice = row.replace("{", '{"4. close": "1", ');
    expect(outcome(parseDaily(answer(text(JSON.stringify(META), twice)), CONTEXT))).to.equal("malformed");
    const meta = JSON.stringify(META).replace("{", '{"2. Symbol": "MSFT", ');
    expect(outcome(parseDaily(answer(text(meta, row)), CONTEXT))).to.equal("malformed");
  });

  it("refuses an answer for another symbol, zone or function", () => {
    const series = { "2026-05-15": GOOD };
    expect(outcome(json(series, CONTEXT, { ...META, "2. Symbol": "MSFT" }))).to.equal("malformed");
    expect(outcome(json(series, CONTEXT, { ...META, "5. Time Zone": "UTC" }))).to.equal("malformed");
    const minutes = JSON.stringify({ "Meta Data": META, "Time Series (1min)": series });
    expect(outcome(parseDaily(answer(minutes), CONTEXT))).to.equal("malformed");
    expect(outcome(parseDaily(answer(`${HEADER}\r\n2026-05-15 10:00:00,1,1,1,1,1\r\n`), CONTEXT))).to.equal(
      "malformed",
    );
  });

  it("takes the suffix of a delayed answer", () => {
    const text = JSON.stringify({
      "Meta Data": META,
      "Time Series (Daily) - DATA DELAYED BY 15 MINUTES": { "2026-05-15": GOOD },
    });
    expect(outcome(parseDaily(answer(text), CONTEXT))).to.deep.equal([1, 0]);
  });
});
