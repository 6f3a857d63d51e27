import { expect } from "chai";
import { parseBulkQuotes } from "./parse-bulk-quotes.ts";
import type { Reading, ReadingContext } from "./quote-collector.ts";

const NOW = Date.UTC(2024, 9, 31, 0);
const contextOf = (symbol: string, neverCloses = false): ReadingContext => ({
  symbol,
  source: "alpha-vantage",
  neverCloses,
  fetchTimeMs: NOW,
});
const ROW = {
  symbol: "AAPL",
  timestamp: "2024-10-30 19:59:57.644",
  open: "232.61",
  high: "233.47",
  low: "229.55",
  close: "230.1",
  volume: "47070907",
  previous_close: "233.67",
  extended_hours_quote: "228.9",
};

function read(data: unknown, contexts = [contextOf("AAPL")], message: unknown = "success"): Reading[] {
  const value = { endpoint: "Realtime Bulk Quotes", message, data };
  return parseBulkQuotes({ kind: "json", value, text: JSON.stringify(value) }, contexts);
}

function outcome(reading: Reading | undefined): unknown {
  if (reading?.kind !== "quotes") return reading?.refusal.class;
  return reading.quotes.map(({ close, sessionClass, periodMs }) => [close, sessionClass, periodMs]);
}

describe("parseBulkQuotes()", () => {
  it("makes a tick of the extended price after the bell", () => {
    const [reading] = read([ROW]);
    expect(reading?.kind === "quotes" && reading.quotes).to.deep.equal([
      {
        symbol: "AAPL",
        source: "alpha-vantage",
        periodMs: 0,
        quoteTimeMs: Date.UTC(2024, 9, 30, 23, 59, 57, 644),
        open: 228.9,
        high: 228.9,
        low: 228.9,
        close: 228.9,
        volume: 47_070_907,
        sessionClass: "post",
        fetchTimeMs: NOW,
      },
    ]);
  });

  it("takes the close during the session, whatever the extended fields say", () => {
    const [reading] = read([{ ...ROW, timestamp: "2024-10-30 15:59:57.644" }]);
    expect(outcome(reading)).to.deep.equal([[230.1, "regular", 0]]);
  });

  const parts: [string, string, [number, string]][] = [
    ["at night", "2024-10-30 03:00:00.000", [228.9, "closed"]],
    ["at the very end of the day", "2024-10-29 20:00:00.000", [228.9, "closed"]],
    ["after one on a half day", "2024-07-03 14:00:00.000", [228.9, "post"]],
  ];
  for (const [sentence, timestamp, [price, sessionClass]] of parts) {
    it(`takes the extended price ${sentence}`, () => {
      expect(outcome(read([{ ...ROW, timestamp }])[0])).to.deep.equal([[price, sessionClass, 0]]);
    });
  }

  it("takes the close at any hour where the exchange's hours are not known", () => {
    const row = { ...ROW, symbol: "TSCO.LON", timestamp: "2024-10-30 04:00:00.000" };
    expect(outcome(read([row], [contextOf("TSCO.LON")])[0])).to.deep.equal([[230.1, "regular", 0]]);
  });

  for (const missing of [undefined, null, "", "None"]) {
    it(`refuses a row outside the session with ${String(missing) || "nothing"} for its extended price`, () => {
      expect(outcome(read([{ ...ROW, extended_hours_quote: missing }])[0])).to.equal("malformed");
    });
  }

  it("takes the close at any hour in a market that never closes", () => {
    const row = { ...ROW, timestamp: "2024-10-26 03:00:00.000", extended_hours_quote: "" };
    expect(outcome(read([row], [contextOf("AAPL", true)])[0])).to.deep.equal([[230.1, "always", 0]]);
  });

  it("answers for each symbol asked, in their order, and passes over rows nobody asked for", () => {
    const readings = read([{ ...ROW, symbol: "TSLA" }, ROW], [contextOf("IBM"), contextOf("AAPL")]);
    expect(readings.map(outcome)).to.deep.equal(["no_data", [[228.9, "post", 0]]]);
  });

  it("believes neither of two rows for one symbol, whatever their stamps and spellings", () => {
    expect(outcome(read([ROW, { ...ROW, extended_hours_quote: "1" }])[0])).to.equal("malformed");
    expect(outcome(read([ROW, { ...ROW, timestamp: "2024-10-30 19:59:58.000" }])[0])).to.equal("malformed");
    expect(outcome(read([ROW, { ...ROW, symbol: "aapl" }])[0])).to.equal("malformed");
  });

  it("finds a share class however it is spelled, and nothing that only looks like a symbol", () => {
    const [classB] = read([{ ...ROW, symbol: "BRK.B" }], [contextOf("BRK-B")]);
    expect(outcome(classB)).to.deep.equal([[228.9, "post", 0]]);
    expect(outcome(read([{ ...ROW, symbol: "\u0131BM" }], [contextOf("IBM")])[0])).to.equal("no_data");
  });

  it("takes nothing unless the message is exactly success", () => {
    for (const message of ["Success", "success!", "", null, undefined, true]) {
      const value = { message, data: [ROW] };
      const readings = parseBulkQuotes({ kind: "json", value, text: "" }, [contextOf("AAPL")]);
      expect(readings.map(outcome), String(message)).to.deep.equal(["malformed"]);
    }
  });

  it("refuses rows that are no rows, and data that is no list", () => {
    expect(outcome(read(null)[0])).to.equal("malformed");
    expect(outcome(read({ AAPL: ROW })[0])).to.equal("malformed");
    expect(outcome(read([null, 1, "AAPL", [ROW]])[0])).to.equal("no_data");
    expect(outcome(read([{ ...ROW, timestamp: "now" }])[0])).to.equal("malformed");
    expect(outcome(read([{ ...ROW, close: "999" }])[0])).to.equal("malformed");
    expect(outcome(parseBulkQuotes({ kind: "csv", text: "a,b\r\n" }, [contextOf("AAPL")])[0])).to.equal("malformed");
  });
});
