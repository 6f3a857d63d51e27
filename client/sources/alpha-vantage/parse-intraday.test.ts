import { expect } from "chai";
import { MINUTE_MS } from "../../../domain/time.ts";
import type { Answer } from "./classify-answer.ts";
import { parseIntraday } from "./parse-intraday.ts";
import type { Reading, ReadingContext } from "./quote-collector.ts";

const NOW = Date.UTC(2026, 4, 15, 14, 2, 30); // 10:02:30 in New York, a Friday
const CONTEXT: ReadingContext = { symbol: "AAPL", source: "alpha-vantage", neverCloses: false, fetchTimeMs: NOW };
const GOOD = {
  "1. open": "190.1000",
  "2. high": "190.5000",
  "3. low": "190.0000",
  "4. close": "190.2000",
  "5. volume": "100",
};
const META = {
  "1. Information": "Intraday (1min) open, high, low, close prices and volume",
  "2. Symbol": "aapl",
  "3. Last Refreshed": "2026-05-15 10:02:00",
  "4. Interval": "1min",
  "5. Output Size": "Compact",
  "6. Time Zone": "US/Eastern",
};

function answer(text: string): Exclude<Answer, { kind: "refusal" }> {
  return text.startsWith("{")
    ? { kind: "json", value: JSON.parse(text) as Record<string, unknown>, text }
    : { kind: "csv", text };
}

function json(series: unknown, meta: object = META): Reading {
  return parseIntraday(answer(JSON.stringify({ "Meta Data": meta, "Time Series (1min)": series })), CONTEXT, 1);
}

function csv(rows: string): Reading {
  return parseIntraday(answer(`timestamp,open,high,low,close,volume\r\n${rows}`), CONTEXT, 1);
}

function counts(reading: Reading): unknown {
  return reading.kind === "quotes" ? [reading.quotes.length, reading.refusedRows] : reading.refusal.class;
}

describe("parseIntraday()", () => {
  it("makes bars of rows, oldest first, each from its start", () => {
    const reading = json({ "2026-05-15 10:02:00": { ...GOOD, "5. volume": "7" }, "2026-05-15 09:29:00": GOOD });
    expect(reading.kind === "quotes" && reading.quotes).to.deep.equal([
      {
        symbol: "AAPL",
        source: "alpha-vantage",
        periodMs: MINUTE_MS,
        quoteTimeMs: Date.UTC(2026, 4, 15, 13, 29),
        open: 190.1,
        high: 190.5,
        low: 190,
        close: 190.2,
        volume: 100,
        sessionClass: "pre",
        fetchTimeMs: NOW,
      },
      {
        symbol: "AAPL",
        source: "alpha-vantage",
        periodMs: MINUTE_MS,
        quoteTimeMs: Date.UTC(2026, 4, 15, 14, 2),
        open: 190.1,
        high: 190.5,
        low: 190,
        close: 190.2,
        volume: 7,
        sessionClass: "regular",
        fetchTimeMs: NOW,
      },
    ]);
  });

  it("reads the same out of CSV", () => {
    const rows =
      "2026-05-15 10:02:00,190.1000,190.5000,190.0000,190.2000,7\r\n2026-05-15 09:29:00,190.1,190.5,190,190.2,100\r\n";
    const fromJson = json({ "2026-05-15 10:02:00": { ...GOOD, "5. volume": "7" }, "2026-05-15 09:29:00": GOOD });
    expect(csv(rows)).to.deep.equal(fromJson);
  });

  const badValues: [string, object][] = [
    ["a word for a price", { "4. close": "None" }],
    ["an empty price", { "4. close": "" }],
    ["a number instead of text", { "4. close": 190.2 }],
    ["no close at all", { "4. close": undefined }],
    ["a price of zero", { "3. low": "0.0000" }],
    ["a negative price", { "3. low": "-190.0" }],
    ["NaN", { "1. open": "NaN" }],
    ["Infinity", { "2. high": "Infinity" }],
    ["an exponent", { "2. high": "1e309" }],
    ["a small exponent", { "2. high": "2e2" }],
    ["hexadecimal", { "2. high": "0xFF" }],
    ["a comma", { "2. high": "1,190.5" }],
    ["a blank", { "2. high": " 190.5" }],
    ["a plus", { "2. high": "+190.5" }],
    ["a close above the high", { "4. close": "190.5001" }],
    ["an open below the low", { "1. open": "189.9999" }],
    ["a high below the low", { "2. high": "189" }],
    ["a fractional volume", { "5. volume": "1.5" }],
    ["a negative volume", { "5. volume": "-1" }],
    ["dashes for a volume", { "5. volume": "--" }],
    ["null", { "5. volume": null }],
  ];
  for (const [what, change] of badValues) {
    it(`refuses a row with ${what}, and that row alone`, () => {
      const series = { "2026-05-15 10:01:00": { ...GOOD, ...change }, "2026-05-15 10:00:00": GOOD };
      expect(counts(json(series))).to.deep.equal([1, 1]);
    });
  }

  for (const [what, stamp] of [
    ["more than a day ahead", "2026-05-18 10:02:00"],
    ["before the service's time", "1999-12-31 10:00:00"],
    ["of no day", "2026-05-32 10:00:00"],
    ["within the hour left out in March", "2026-03-08 02:30:00"],
    ["off the minute", "2026-05-15 10:00:30"],
    ["that is none", "__proto__"],
  ] as const) {
    it(`refuses a stamp ${what}`, () => {
      const series = `{"${stamp}": ${JSON.stringify(GOOD)}, "2026-05-15 10:00:00": ${JSON.stringify(GOOD)}}`;
      const text = `{"Meta Data": ${JSON.stringify(META)}, "Time Series (1min)": ${series}}`;
      expect(counts(parseIntraday(answer(text), CONTEXT, 1))).to.deep.equal([1, 1]);
    });
  }

  it("drops a bar that has not begun yet, without calling it bad", () => {
    expect(counts(json({ "2026-05-15 10:03:00": GOOD, "2026-05-15 10:02:00": GOOD }))).to.deep.equal([1, 0]);
  });

  it("believes neither of two rows with one stamp", () => {
    const row = JSON.stringify(GOOD);
    const series = `{"2026-05-15 10:01:00": ${row}, "2026-05-15 10:00:00": ${row}, "2026-05-15 10:01:00": ${row}}`;
    const text = `{"Meta Data": ${JSON.stringify(META)}, "Time Series (1min)": ${series}}`;
    expect(counts(parseIntraday(answer(text), CONTEXT, 1))).to.deep.equal([1, 1]);
    const line = (stamp: string): string => `2026-05-15 ${stamp},1,1,1,1,1\r\n`;
    expect(counts(csv(line("10:01:00") + line("10:00:00") + line("10:01:00") + line("10:01:00")))).to.deep.equal([
      1, 3,
    ]);
  });

  for (const [fileName, symbol, expected] of [
    ["intraday_1min_AAPL.csv", "AAPL", [1, 0]],
    ["intraday_1min_aapl.csv", "AAPL", [1, 0]],
    ["intraday_1min_BC_PB.csv", "BC/PB", [1, 0]],
    ["anything.csv", "AAPL", [1, 0]],
    ["intraday_1min_TSLA.csv", "AAPL", "malformed"],
    ["intraday_5min_AAPL.csv", "AAPL", "malformed"],
    ["daily_AAPL.csv", "AAPL", "malformed"],
  ] as const) {
    it(`finds in a file named ${fileName} ${expected === "malformed" ? "nothing" : "bars"} of ${symbol}`, () => {
      const text = "timestamp,open,high,low,close,volume\r\n2026-05-15 10:01:00,1,1,1,1,1\r\n";
      const reading = parseIntraday({ kind: "csv", text, fileName }, { ...CONTEXT, symbol }, 1);
      expect(counts(reading)).to.deep.equal(expected);
    });
  }

  for (const [what, change] of [
    ["another symbol", { "2. Symbol": "TSLA" }],
    ["no symbol", { "2. Symbol": undefined }],
    ["another interval", { "4. Interval": "5min" }],
    ["another zone", { "6. Time Zone": "UTC" }],
  ] as const) {
    it(`refuses an answer for ${what}`, () => {
      expect(counts(json({ "2026-05-15 10:00:00": GOOD }, { ...META, ...change }))).to.equal("malformed");
    });
  }

  it("refuses an answer without meta data, without a series, or with a series of another shape", () => {
    const text = JSON.stringify({ "Time Series (1min)": { "2026-05-15 10:00:00": GOOD } });
    expect(counts(parseIntraday(answer(text), CONTEXT, 1))).to.equal("malformed");
    expect(counts(json(undefined))).to.equal("malformed");
    expect(counts(json([GOOD]))).to.equal("malformed");
    expect(counts(json({ "2026-05-15 10:00:00": "190.2" }))).to.equal("malformed");
  });

  it("says no data for a series without rows, malformed when every row is bad", () => {
    expect(counts(json({}))).to.equal("no_data");
    expect(counts(csv(""))).to.equal("no_data");
    expect(counts(json({ "2026-05-15 10:00:00": {} }))).to.equal("malformed");
  });

  it("refuses CSV with other columns, a row of another width, and a last row without its end", () => {
    expect(counts(parseIntraday(answer("timestamp,open,high,low,close\r\n"), CONTEXT, 1))).to.equal("malformed");
    const good = "2026-05-15 10:00:00,1,1,1,1,100\r\n";
    expect(counts(csv(`2026-05-15 10:01:00,1,1,1\r\n${good}`))).to.deep.equal([1, 1]);
    expect(counts(csv(`${good}2026-05-15 09:59:00,1,1,1,1,10`))).to.deep.equal([1, 1]);
  });

  it("refuses CSV of another interval, which only the stamps betray", () => {
    const rows = (step: number, count: number) =>
      Array.from({ length: count }, (_none, at) => {
        const minutes = 490 + at * step;
        const stamp = `0${String(Math.floor(minutes / 60))}:${String(minutes % 60).padStart(2, "0")}:00`;
        return `2026-05-15 ${stamp},1,1,1,1,1\r\n`;
      }).join("");
    expect(counts(csv(rows(5, 20)))).to.equal("malformed");
    expect(counts(csv(rows(1, 20)))).to.deep.equal([20, 0]);
    expect(counts(csv(rows(5, 19))), "too few to tell").to.deep.equal([19, 0]);
  });

  it("counts prices with more digits than a double keeps", () => {
    const reading = json({ "2026-05-15 10:00:00": { ...GOOD, "4. close": "190.20000000000000284" } });
    expect(reading.kind === "quotes" && [reading.roundedPrices, reading.quotes[0]?.close]).to.deep.equal([1, 190.2]);
  });

  const stamps: [string, string, string][] = [
    ["at night", "2026-05-15 03:59:00", "closed"],
    ["early", "2026-05-15 04:00:00", "pre"],
    ["from the opening", "2026-05-15 09:30:00", "regular"],
    ["up to the close", "2026-05-14 15:59:00", "regular"],
    ["late", "2026-05-14 16:00:00", "post"],
    ["up to the end of the day", "2026-05-14 19:59:00", "post"],
    ["that begins with the night", "2026-05-14 20:00:00", "closed"],
    ["on a weekend", "2026-05-10 10:00:00", "closed"],
    ["on a holiday", "2026-04-03 10:00:00", "closed"],
    ["on a half day up to one", "2025-11-28 12:59:00", "regular"],
    ["on a half day from one", "2025-11-28 13:00:00", "post"],
    ["on a half day from five", "2025-11-28 17:00:00", "closed"],
  ];
  for (const [what, stamp, sessionClass] of stamps) {
    it(`says ${sessionClass} of a bar ${what}`, () => {
      const reading = json({ [stamp]: GOOD });
      expect(reading.kind === "quotes" && reading.quotes.map((quote) => quote.sessionClass)).to.deep.equal([
        sessionClass,
      ]);
    });
  }

  it("says regular at any hour where the exchange's hours are not known", () => {
    const text = "timestamp,open,high,low,close,volume\n2026-05-14 03:05:00,1,1,1,1,1\n";
    const reading = parseIntraday(answer(text), { ...CONTEXT, symbol: "TSCO.LON" }, 1);
    expect(reading.kind === "quotes" && reading.quotes.map((quote) => quote.sessionClass)).to.deep.equal(["regular"]);
  });

  it("takes every hour for a market that never closes", () => {
    const context = { ...CONTEXT, source: "simulator", neverCloses: true };
    const text = "timestamp,open,high,low,close,volume\n2026-05-10 02:00:00,1,1,1,1,1\n2026-05-15 10:00:00,1,1,1,1,1\n";
    const reading = parseIntraday(answer(text), context, 1);
    const classes = reading.kind === "quotes" ? reading.quotes.map((quote) => [quote.source, quote.sessionClass]) : [];
    expect(classes).to.deep.equal([
      ["simulator", "always"],
      ["simulator", "always"],
    ]);
  });
});
