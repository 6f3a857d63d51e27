import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { currencyOf } from "../../../domain/symbol.ts";
import { recordingsDir } from "../../../test/recordings.ts";
import { classifyAnswer, type Answer } from "./classify-answer.ts";
import { parseBulkQuotes } from "./parse-bulk-quotes.ts";
import { parseDaily } from "./parse-daily.ts";
import { parseGlobalQuote } from "./parse-global-quote.ts";
import { parseIntraday, type IntervalMinutes } from "./parse-intraday.ts";
import { parseSymbolSearch } from "./parse-symbol-search.ts";
import type { Reading, ReadingContext } from "./quote-collector.ts";

interface RefusalCases {
  readonly cases: readonly { readonly file: string; readonly status: number; readonly class: string }[];
}

/** On a half day trades are still reported after late trading ended at five (21:00 UTC); no other bar lies outside the sessions. */
const BARS_AT_NIGHT: Readonly<Record<string, readonly string[]>> = {
  "intraday_IBM_60min_full_2023-07.json": ["2023-07-03T21:00:00.000Z"],
};

const folder = recordingsDir();

function contextOf(symbol: string): ReadingContext {
  return { symbol, source: "alpha-vantage", neverCloses: false, fetchTimeMs: Date.UTC(2026, 5, 1) };
}

describe("recorded answers of Alpha Vantage", () => {
  if (folder === null) {
    it("skipped: no recordings");
    return;
  }
  const bodyOf = (file: string): string => {
    const bytes = readFileSync(join(folder, file));
    return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  };
  const classify = (file: string, status = 200): Answer =>
    classifyAnswer({ status, contentType: "", retryAfterMs: null, body: bodyOf(file) }, "REDACTED");
  const files = readdirSync(join(folder, "alphavantage")).filter((name) => /\.(json|csv)$/.test(name));

  const data = files.filter((name) => /^(intraday|global_quote|daily)_(?!adjusted)/.test(name));
  it("are all here", () => {
    expect(data.length).to.be.at.least(12);
  });

  it("hold every day of twenty-four years, the splits as they were traded", () => {
    const file = "daily_AAPL_full_1999_2023.json.gz";
    const reading = readRecording(file, classify(join("alphavantage", file)));
    if (reading.kind === "refusal") throw new Error(reading.refusal.message);
    expect([reading.refusedRows, reading.quotes.length]).to.deep.equal([0, 5_972]);
    const closes = new Map(
      reading.quotes.map((quote) => [new Date(quote.quoteTimeMs).toISOString().slice(0, 10), quote.close]),
    );
    expect(["2014-06-06", "2014-06-09", "2020-08-28", "2020-08-31"].map((day) => closes.get(day))).to.deep.equal([
      645.57, 93.7, 499.23, 129.04,
    ]);
  });

  const searches = files.filter((name) => name.startsWith("symbol_search_"));
  for (const file of searches) {
    it(`finds every listing in ${file}, in the currency that its suffix says`, () => {
      const answer = classify(join("alphavantage", file));
      if (answer.kind === "refusal") throw new Error(answer.refusal.message);
      const result = parseSymbolSearch(answer);
      if (result.kind === "refusal") throw new Error(result.refusal.message);
      expect(result.matches).to.have.lengthOf(file.endsWith("csv") ? 5 : 10);
      for (const { symbol, currency, name } of result.matches) {
        expect([symbol, currencyOf(symbol)]).to.deep.equal([symbol, currency]);
        expect(name).to.match(/\w/);
      }
      expect(result.matches.map(({ score }) => score)).to.deep.equal(
        result.matches.map(({ score }) => score).sort((a, b) => b - a),
      );
    });
  }

  for (const file of data) {
    it(`reads every row of ${file}`, () => {
      const reading = readRecording(file, classify(join("alphavantage", file)));
      if (reading.kind === "refusal") throw new Error(reading.refusal.message);
      expect([reading.refusedRows, reading.roundedPrices]).to.deep.equal([0, 0]);
      const rows = readFileSync(join(folder, "alphavantage", file), "utf8").match(/^\s*"?\d{4}-.*[{,]/gm)?.length ?? 1;
      expect(reading.quotes).to.have.lengthOf(rows);
      const times = reading.quotes.map((quote) => quote.quoteTimeMs);
      expect(times).to.deep.equal([...times].sort((a, b) => a - b));
      const closed = reading.quotes.filter((quote) => quote.sessionClass === "closed");
      expect(closed.map((quote) => new Date(quote.quoteTimeMs).toISOString())).to.deep.equal(BARS_AT_NIGHT[file] ?? []);
    });
  }

  const { cases } = JSON.parse(readFileSync(join(folder, "alphavantage/refusals_cases.json"), "utf8")) as RefusalCases;
  for (const { file, status, class: expected } of cases) {
    it(`classes ${file} as ${expected}`, () => {
      const answer = classify(file, status);
      expect(answer.kind === "refusal" && answer.refusal.class).to.equal(expected);
      expect(JSON.stringify(answer)).not.to.contain("REDACTED");
    });
  }

  for (const file of files.filter((name) => !data.includes(name))) {
    it(`finds no quote in ${file}, which answers another question`, () => {
      const answer = classify(join("alphavantage", file));
      if (answer.kind === "refusal") return;
      expect(parseIntraday(answer, contextOf("IBM"), 1).kind).to.equal("refusal");
      expect(parseGlobalQuote(answer, contextOf("IBM")).kind).to.equal("refusal");
      expect(parseDaily(answer, contextOf("IBM")).kind).to.equal("refusal");
      expect(parseBulkQuotes(answer, [contextOf("IBM")]).map(({ kind }) => kind)).to.deep.equal(["refusal"]);
    });
  }
});

function readRecording(file: string, answer: Answer): Reading {
  if (answer.kind === "refusal") throw new Error(`${answer.refusal.class}: ${answer.refusal.message}`);
  const global = /^global_quote_([A-Z]+)_/.exec(file)?.[1];
  if (global !== undefined) return parseGlobalQuote(answer, contextOf(global));
  const daily = /^daily_([A-Z]+)_/.exec(file)?.[1];
  if (daily !== undefined) return parseDaily(answer, contextOf(daily));
  const [, symbol = "", minutes = ""] = /^intraday_([A-Z]+)_(\d+)min_/.exec(file) ?? [];
  return parseIntraday(answer, contextOf(symbol), Number(minutes) as IntervalMinutes);
}
