// Whatever the service sends, nothing that is not positively a quote becomes one, and the key stays in the request.

import { expect } from "chai";
import { inspect } from "node:util";
import type { ServerResponse } from "node:http";
import { FakeClock } from "../../../runtime/clock/fake-clock.ts";
import { limitsOfPlan, RateLimiter } from "../../rate-limiter.ts";
import { REFUSAL_CLASSES, type FetchResult } from "../source.ts";
import { AlphaVantageSource } from "./alpha-vantage-source.ts";
import { collect, keepingLog, startTestService, type TestService } from "./test-service.ts";
import type { AlphaVantageFunction } from "./request-url.ts";

const KEY = "CANARY/7+X Y";
const KEY_TRACES = /canary|7%2BX|7\+X/i;
const NOW = Date.UTC(2026, 4, 15, 14, 2, 30);
const FUNCTIONS: readonly AlphaVantageFunction[] = ["intraday", "global-quote", "bulk-quotes"];

const STAMP = "2026-05-15 10:01:00";
const ROW = '{"1. open": "10", "2. high": "11", "3. low": "9", "4. close": "10", "5. volume": "5"}';
const series = (rows: string, symbol = "AAPL"): string =>
  `{"Meta Data": {"2. Symbol": "${symbol}", "4. Interval": "1min", "6. Time Zone": "US/Eastern"}, "Time Series (1min)": ${rows}}`;
const withRow = (field: string, value: string): string =>
  series(`{"${STAMP}": ${ROW.replace(new RegExp(`("${field}": )"[^"]*"`), `$1${value}`)}}`);
const csv = (row: string): string => `timestamp,open,high,low,close,volume\r\n${row}`;
const bulk = (message: string, data: string): string =>
  `{"endpoint": "Realtime Bulk Quotes", "message": ${message}, "data": ${data}}`;
const BULK_ROW = `{"symbol": "AAPL", "timestamp": "${STAMP}.000", "open": "1", "high": "1", "low": "1", "close": "1", "volume": "1"}`;
const GLOBAL = `{"Global Quote": {"01. symbol": "AAPL", "02. open": "1", "03. high": "1", "04. low": "1", "05. price": "1", "06. volume": "1", "07. latest trading day": "2026-05-14"}}`;

const BODIES: Record<string, string | Buffer> = {
  nothing: "",
  blanks: " \r\n\t ",
  "an empty object": "{}",
  "an empty list": "[]",
  null: "null",
  "a number": "42",
  "a text": '"AAPL"',
  "a byte order mark before good JSON": `\uFEFF${series(`{"${STAMP}": ${ROW}}`)}`,
  "a byte order mark before good CSV": `\uFEFF${csv(`${STAMP},1,1,1,1,1\r\n`)}`,
  "good JSON in UTF-16": Buffer.from(`\uFEFF${series(`{"${STAMP}": ${ROW}}`)}`, "utf16le"),
  "bytes that are no text": Buffer.from([0x7b, 0xc3, 0x28, 0x7d]),
  "JSON cut off": series(`{"${STAMP}": ${ROW}}`).slice(0, -20),
  "good JSON with something behind it": `${series(`{"${STAMP}": ${ROW}}`)} trailing`,
  "CSV cut off within a row": csv(`${STAMP},190.1,190.5`),
  "CSV cut off within the last number": csv(`${STAMP},1,1,1,1,12345`),
  "CSV of another question": "symbol,name,type\r\nAAPL,Apple,Equity\r\n",
  "a web page": "<!DOCTYPE html><html><body>Checking your browser</body></html>",
  "a web page behind blanks": "\n\n  <html></html>",
  "another symbol": series(`{"${STAMP}": ${ROW}}`, "TSLA"),
  "another symbol in the day's quote": GLOBAL.replace("AAPL", "TSLA"),
  "a word for a number": withRow("4. close", '"None"'),
  "a number too large for a double": withRow("2. high", '"1e309"'),
  "a bare number too large for a double": withRow("2. high", "1e309"),
  NaN: withRow("4. close", '"NaN"'),
  "a negative price": withRow("3. low", '"-9"'),
  zero: withRow("3. low", '"0.0000"'),
  "a volume in words": withRow("5. volume", '"--"'),
  "a list for a price": withRow("4. close", '["10"]'),
  "one stamp twice": series(`{"${STAMP}": ${ROW}, "${STAMP}": ${ROW}}`),
  "one stamp twice in CSV": csv(`${STAMP},1,1,1,1,1\r\n${STAMP},1,1,1,1,2\r\n`),
  "a bar of next week": series(`{"2026-05-22 10:01:00": ${ROW}}`),
  "a row under __proto__": series(`{"__proto__": ${ROW}}`),
  "values that only a prototype has": series(`{"${STAMP}": {"__proto__": ${ROW}}}`),
  "everything under __proto__": `{"__proto__": ${series(`{"${STAMP}": ${ROW}}`)}}`,
  "a prototype's names": '{"constructor": {"prototype": {}}, "toString": {}, "hasOwnProperty": 1}',
  "deep nesting": `{"Meta Data": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
  "deep nesting of objects": `${'{"Time Series (1min)":'.repeat(50_000)}1${"}".repeat(50_000)}`,
  "more than can be wanted": `{"Meta Data": "${"x".repeat(6_000_000)}"}`,
  "a limit in new words": '{"Information": "You have been a very eager caller; take a rest."}',
  "a limit under a new key": '{"Advisory": "Your allowance for today is used up."}',
  "a limit in capitals": '{"INFORMATION": "BURST PATTERN DETECTED."}',
  "an error in new words": '{"Error Message": "Computer says no."}',
  "a refusal beside good data": `{"Note": "5 calls per minute", ${series(`{"${STAMP}": ${ROW}}`).slice(1)}`,
  "a refusal that is no text": '{"Information": null}',
  "sample rows": bulk('"This is a premium endpoint. SAMPLE DATA"', `[${BULK_ROW}]`),
  "rows with almost the right message": bulk('"Success"', `[${BULK_ROW}]`),
  "rows whose message is no text": bulk('["success"]', `[${BULK_ROW}]`),
  "rows that are none": bulk('"success"', `[null, 1, "AAPL", [], {"symbol": {"toString": 1}}]`),
  "the key in Information": `{"Information": "We have detected your API key as ${KEY} and our standard API rate limit is 25 requests per day."}`,
  "the key in a Note": `{"Note": "key ${KEY.toLowerCase()} made too many calls per minute"}`,
  "the key in an Error Message": `{"Error Message": "Invalid API call: /query?apikey=${encodeURIComponent(KEY)}"}`,
  "the key in a detail": `{"detail": "no such key: ${new URLSearchParams({ apikey: KEY }).toString()}"}`,
  "the key with escapes": `{"Information": "key \\u0043ANARY\\/7+X Y"}`,
  "the key in a bulk message": bulk(`"${KEY} is not entitled"`, `[${BULK_ROW}]`),
  "the key under a new key": `{"Warning": "do not use ${KEY} so often"}`,
  "the key in broken JSON": `{"Information": "We have detected your API key as ${KEY}`,
  "the key in a web page": `<html>${KEY}</html>`,
  "the key in CSV": csv(`${KEY},1,1,1,1,1\r\n`),
  "the key as the symbol": series(`{"${STAMP}": ${ROW}}`, KEY),
};

describe("hostile answers", () => {
  let service: TestService;
  let answer: (response: ServerResponse) => void = () => undefined;

  before(async () => {
    service = await startTestService((response) => answer(response));
  });
  after(() => service.close());

  async function ask(of: AlphaVantageFunction): Promise<{ results: FetchResult[]; log: unknown[]; told: string }> {
    const clock = new FakeClock(NOW);
    // A throttle's pause longer than a wait is worth ends the round instead of hanging it on a clock that stands still.
    const limiter = new RateLimiter(limitsOfPlan("unlimited"), clock);
    const holdOff = limiter.holdOff.bind(limiter);
    limiter.holdOff = (ms, because) => holdOff(Math.max(ms, 70_000), because);
    const log: unknown[] = [];
    const source = new AlphaVantageSource(
      { baseUrl: service.url, key: KEY, functions: [of], datatype: "json" },
      { limiter, clock, log: keepingLog(log), retryMinMs: 0 },
    );
    const results = await collect(source.fetch(["AAPL"], new AbortController().signal));
    const told = [results, log]
      .map((value) => JSON.stringify(value) + inspect(value, { depth: 20, showHidden: true }))
      .join();
    return { results, log, told };
  }

  for (const [what, body] of Object.entries(BODIES)) {
    it(`${what}: a class, no quote, no key`, async () => {
      answer = (response) => response.end(body);
      for (const of of FUNCTIONS) {
        const { results, told } = await ask(of);
        expect(results, of).to.have.lengthOf(1);
        const [result] = results;
        if (result?.kind !== "refusal") throw new Error(`${of} took it for ${inspect(result)}`);
        expect(REFUSAL_CLASSES).to.include(result.refusal.class);
        expect(result.refusal.message).to.match(/^[^\n]{3,301}$/);
        expect(told).not.to.match(KEY_TRACES);
      }
    });
  }

  it("the bodies that hostile ones are made of are taken", async () => {
    const good: [AlphaVantageFunction, string][] = [
      ["intraday", series(`{"${STAMP}": ${ROW}}`)],
      ["intraday", csv(`${STAMP},1,1,1,1,1\r\n`)],
      ["global-quote", GLOBAL],
      ["bulk-quotes", bulk('"success"', `[${BULK_ROW}]`)],
    ];
    for (const [of, body] of good) {
      answer = (response) => response.end(body);
      const { results } = await ask(of);
      expect(results.map((result) => result.kind === "quotes" && result.quotes.length)).to.deep.equal([1]);
    }
  });

  const failures: Record<string, (response: ServerResponse) => void> = {
    "a broken connection": (response) => response.destroy(),
    "a redirect that carries the key on": (response) =>
      response.writeHead(301, { Location: `/elsewhere?apikey=${encodeURIComponent(KEY)}` }).end(),
    "an error page that quotes the URL": (response) =>
      response.writeHead(500).end(`<p>apikey=${encodeURIComponent(KEY)}</p>`),
    "a body that is not what its encoding says": (response) =>
      response.writeHead(200, { "Content-Encoding": "gzip" }).end(`no gzip ${KEY}`),
  };
  for (const [what, fail] of Object.entries(failures)) {
    it(`${what}: an outage, no key`, async () => {
      answer = fail;
      const { results, log, told } = await ask("intraday");
      expect(results.map((result) => result.kind === "refusal" && result.refusal.class)).to.deep.equal(["outage"]);
      expect(log, "each of the three tries is logged").to.have.lengthOf(3);
      expect(told).not.to.match(KEY_TRACES);
    });
  }

  it("a service that is not there, whose error quotes the URL: an outage, no key", async () => {
    const away = await startTestService(() => undefined);
    await away.close();
    const clock = new FakeClock(NOW);
    const log: unknown[] = [];
    const limiter = new RateLimiter(limitsOfPlan("unlimited"), clock);
    const source = new AlphaVantageSource(
      { baseUrl: away.url, key: KEY, functions: ["intraday"], datatype: "json" },
      { limiter, clock, log: keepingLog(log), retryMinMs: 0 },
    );
    const results = await collect(source.fetch(["AAPL"], new AbortController().signal));
    expect(results.map((result) => result.kind === "refusal" && result.refusal.class)).to.deep.equal(["outage"]);
    const told = inspect([results, log, source], { depth: 20, showHidden: true });
    expect(told).not.to.match(KEY_TRACES);
  });
});
