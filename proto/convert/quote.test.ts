import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { SESSION_CLASSES, type Quote } from "../../domain/quote.ts";
import { DAY_MS } from "../../domain/time.ts";
import { exampleBar, exampleTick } from "../../test/examples.ts";
import { Quote as QuoteMessage, SessionClass } from "../gen/tickerbell/v1/quote.ts";
import { durationFromProto, durationToProto } from "./duration.ts";
import { quoteFromProto, quoteToProto } from "./quote.ts";

/** Over the wire and back. */
const roundTrip = (quote: Quote): Quote =>
  quoteFromProto(QuoteMessage.decode(QuoteMessage.encode(quoteToProto(quote, 7)).finish()));

describe("a quote on the wire", () => {
  for (const sessionClass of SESSION_CLASSES) {
    it(`comes back as it was: ${sessionClass}`, () => {
      const bar = exampleBar(0, [190.1, 191.123456, 189.99, 190.3], { sessionClass, volume: 1234.5 });
      expect(roundTrip(bar)).to.deep.equal(bar);
    });
  }

  for (const price of [1e-12, 0.0001, 190.1, 123_456_789.012_345, 999_999_999_999.9]) {
    it(`keeps the price ${price} to the last bit`, () => {
      const tick = exampleTick(0, price, {
        quoteTimeMs: Date.UTC(2026, 0, 1) + 1,
        fetchTimeMs: Date.UTC(2026, 0, 1) + 999,
      });
      expect(roundTrip(tick)).to.deep.equal(tick);
    });
  }

  it("carries its currency and its place in the order of judging", () => {
    expect(quoteToProto(exampleTick(0, 1, { symbol: "TSCO.LON" }), 7)).to.include({ currency: "GBX", seq: 7 });
    expect(quoteToProto(exampleTick(0, 1))).to.include({ currency: "USD", seq: 0, period: undefined });
  });
});

describe("quoteFromProto()", () => {
  const bar = quoteToProto(exampleBar(0, [10, 12, 9, 11]));
  const tick = quoteToProto(exampleTick(0, 10));
  const problemsOf = (message: QuoteMessage): string[] => {
    try {
      quoteFromProto(message);
      return [];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return error.fields.map(({ field, reason }) => `${field} ${reason}`);
    }
  };
  const late = new Date(bar.fetchTime!.getTime() + DAY_MS + 1);

  const bad: [string, Partial<QuoteMessage>, string[]][] = [
    ["a symbol in lower case", { symbol: "aapl" }, ["symbol SYMBOL_FORMAT"]],
    ["no symbol", { symbol: "" }, ["symbol SYMBOL_FORMAT"]],
    ["a symbol of 33", { symbol: "X".repeat(33) }, ["symbol SYMBOL_FORMAT"]],
    ["a symbol with half a character", { symbol: "A\ufffd" }, ["symbol SYMBOL_FORMAT"]],
    ["no source", { source: "" }, ["source FIELD_INVALID"]],
    ["a source that is no word", { source: "a b" }, ["source FIELD_INVALID"]],
    ["a source of 33", { source: "x".repeat(33) }, ["source FIELD_INVALID"]],
    ["a period below zero", { period: { seconds: -1, nanos: 0 } }, ["period QUOTE_INVALID"]],
    ["a period beyond a month", { period: { seconds: 31 * 86_400 + 1, nanos: 0 } }, ["period QUOTE_INVALID"]],
    ["no period, though it is a bar", { period: undefined }, ["period QUOTE_INVALID"]],
    ["no quote time", { quoteTime: undefined }, ["quote_time QUOTE_INVALID"]],
    ["a quote time before 1900", { quoteTime: new Date(-3e12) }, ["quote_time QUOTE_INVALID"]],
    ["no fetch time", { fetchTime: undefined }, ["fetch_time QUOTE_INVALID"]],
    ["a quote time more than a day after its fetch", { quoteTime: late }, ["quote_time QUOTE_INVALID"]],
    ["a time that is none", { quoteTime: new Date(NaN) }, ["quote_time QUOTE_INVALID"]],
    ["an open of zero", { open: 0, low: 0 }, ["open PRICE_RANGE", "low PRICE_RANGE"]],
    ["a low below zero", { low: -1 }, ["low PRICE_RANGE"]],
    ["a close that is no number", { close: NaN }, ["close PRICE_RANGE"]],
    ["a high without end", { high: Infinity }, ["high PRICE_RANGE"]],
    ["a high of 1e12", { high: 1e12 }, ["high PRICE_RANGE"]],
    ["a low above the open", { low: 10.5 }, ["low QUOTE_INVALID"]],
    ["a high below the close", { high: 10.5 }, ["high QUOTE_INVALID"]],
    ["a volume below zero", { volume: -1 }, ["volume QUOTE_INVALID"]],
    ["a volume that is no number", { volume: NaN }, ["volume QUOTE_INVALID"]],
    ["no session class", { sessionClass: SessionClass.UNSPECIFIED }, ["session_class FIELD_INVALID"]],
    ["an unknown session class", { sessionClass: 99 as SessionClass }, ["session_class FIELD_INVALID"]],
  ];
  for (const [name, changes, problems] of bad) {
    it(`refuses ${name}`, () => expect(problemsOf({ ...bar, ...changes })).to.deep.equal(problems));
  }

  it("refuses a tick of two prices", () => {
    expect(problemsOf({ ...tick, close: 11, high: 11 })).to.deep.equal(["period QUOTE_INVALID"]);
  });

  it("names every bad field at once", () => {
    const problems = problemsOf(QuoteMessage.fromPartial({ sessionClass: SessionClass.REGULAR }));
    expect(problems.map((problem) => problem.split(" ")[0])).to.deep.equal([
      "symbol",
      "source",
      "quote_time",
      "fetch_time",
      "open",
      "high",
      "low",
      "close",
    ]);
  });
});

describe("a duration on the wire", () => {
  for (const ms of [0, 1, 999, 60_000, 86_400_123]) {
    it(`comes back as it was: ${ms} ms`, () => expect(durationFromProto(durationToProto(ms))).to.equal(ms));
  }

  it("is nothing when absent, and drops what is less than a millisecond", () => {
    expect(durationFromProto(undefined)).to.equal(0);
    expect(durationFromProto({ seconds: 1, nanos: 999_999 })).to.equal(1_000);
  });
});
