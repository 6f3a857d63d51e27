// Whole rounds, from the service's bytes to what the server got: of an answer that is wrong in part only what is right arrives, of
// one that is wrong as a whole nothing.
import { expect } from "chai";
import type { ServerResponse } from "node:http";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { fetchOnce } from "./once.ts";
import { limitsOfPlan, RateLimiter } from "./rate-limiter.ts";
import { AlphaVantageSource } from "./sources/alpha-vantage/alpha-vantage-source.ts";
import type { AlphaVantageFunction } from "./sources/alpha-vantage/request-url.ts";
import { startTestService, type TestService } from "./sources/alpha-vantage/test-service.ts";
import { acknowledgeAll, FakeQuoteServer } from "./testing/fake-quote-server.ts";
import { RecordedLog } from "./testing/recorded-log.ts";
import { SpoolFolder } from "./testing/spool-folder.ts";

const NOW = Date.UTC(2026, 4, 15, 14, 2, 30); // 10:02:30 in New York, a Friday
const ROW = '{"1. open": "10", "2. high": "11", "3. low": "9", "4. close": "10.5", "5. volume": "5"}';
const META = '"Meta Data": {"2. Symbol": "AAPL", "4. Interval": "1min", "6. Time Zone": "US/Eastern"}';
const GOOD = `"2026-05-15 10:00:00": ${ROW.replace("10.5", "10.25")}`;
const series = (rows: string, meta = META): string => `{${meta}, "Time Series (1min)": {${rows}, ${GOOD}}}`;
const at = (stamp: string, row = ROW): string => series(`"${stamp}": ${row}`);
const withClose = (text: string): string => at("2026-05-15 10:01:00", ROW.replace('"10.5"', text));
const HEADER = "timestamp,open,high,low,close,volume\r\n";
const LINE = "2026-05-15 10:00:00,10,11,9,10.25,5\r\n";
const DAY = `"01. symbol": "AAPL", "02. open": "10", "03. high": "11", "04. low": "9", "05. price": "10.5", "06. volume": "5", "07. latest trading day": "2026-05-14"`;
const TICK = `{"symbol": "AAPL", "timestamp": "2026-05-15 10:01:00.000", "open": "10", "high": "11", "low": "9", "close": "10.5", "volume": "5"}`;
const bulk = (rows: string): string => `{"endpoint": "Realtime Bulk Quotes", "message": "success", "data": ${rows}}`;

type Case = readonly [what: string, asked: AlphaVantageFunction, body: string | Buffer, closes: readonly number[]];

const NONE: readonly number[] = [];
const OTHER = [10.25];

const CASES: readonly Case[] = [
  ["nothing wrong", "intraday", at("2026-05-15 10:01:00"), [10.25, 10.5]],
  ["nothing wrong in CSV", "intraday", HEADER + LINE, OTHER],
  ["nothing wrong in a day's quote", "global-quote", `{"Global Quote": {${DAY}}}`, [10.5]],
  ["nothing wrong in bulk quotes", "bulk-quotes", bulk(`[${TICK}]`), [10.5]],
  ["a limit in words of next year", "intraday", '{"Information": "Your free allotment of data is used up."}', NONE],
  ["a limit under a name of next year", "global-quote", '{"Usage": "Your free allotment of data is used up."}', NONE],
  ["an error of a gateway", "intraday", '{"error": {"code": 429, "message": "slow down"}}', NONE],
  ["a thing cut off after a value", "intraday", at("2026-05-15 10:01:00").slice(0, -3), NONE],
  ["a comma too much", "intraday", at("2026-05-15 10:01:00").replace('"5"}', '"5",}'), NONE],
  ["CSV cut off within a price", "intraday", `${HEADER}${LINE}2026-05-15 10:01:00,10,11,9,10`, OTHER],
  ["CSV cut off within the volume", "intraday", `${HEADER}${LINE}2026-05-15 10:01:00,10,11,9,10.5,5`, OTHER],
  ["a byte order mark", "global-quote", `\uFEFF{"Global Quote": {${DAY}}}`, NONE],
  ["a byte order mark before CSV", "intraday", `\uFEFF${HEADER}${LINE}`, NONE],
  ["a web page with status 200", "intraday", `<html><pre>${at("2026-05-15 10:01:00")}</pre></html>`, NONE],
  ["another symbol's bars", "intraday", series(`"2026-05-15 10:01:00": ${ROW}`, META.replace("AAPL", "AAPLW")), NONE],
  ["another symbol's day", "global-quote", `{"Global Quote": {${DAY.replace("AAPL", "AAP")}}}`, NONE],
  ["another symbol's tick", "bulk-quotes", bulk(`[${TICK.replace("AAPL", "AAPL ")}]`), NONE],
  [
    "two symbols in one answer",
    "intraday",
    series(`"2026-05-15 10:01:00": ${ROW}`, `${META}, ${META.replace("AAPL", "IBM")}`),
    NONE,
  ],
  [
    "two days' quotes in one answer",
    "global-quote",
    `{"Global Quote": {${DAY}}, "Global Quote - DELAYED": {${DAY}}}`,
    NONE,
  ],
  ["a price twice in one row", "intraday", at("2026-05-15 10:01:00", ROW.replace("{", '{"4. close": "9.5", ')), NONE],
  ["a price twice, hidden by an escape", "global-quote", `{"Global Quote": {"05\\u002e price": "9.5", ${DAY}}}`, NONE],
  ["a tick twice with two prices", "bulk-quotes", bulk(`[${TICK}, ${TICK.replace("10.5", "10.6")}]`), NONE],
  ["a stamp twice", "intraday", series(`"2026-05-15 10:01:00": ${ROW}, "2026-05-15 10:01:00": ${ROW}`), OTHER],
  [
    "a stamp twice, hidden by an escape",
    "intraday",
    series(`"2026-05-15 10:01:00": ${ROW}, "2026-05-15 10:\\u0030\\u0031:00": ${ROW}`),
    OTHER,
  ],
  [
    "a stamp twice in CSV",
    "intraday",
    `${HEADER}${LINE}${LINE.replace("10.25", "10.5")}${LINE.replace("10:00", "10:01")}`,
    OTHER,
  ],
  [
    "a stamp twice in CSV, one of its rows spoiled",
    "intraday",
    `${HEADER}${LINE}2026-05-15 10:01:00,10,11,9,n/a,5\r\n2026-05-15 10:01:00,10,11,9,10.5,5\r\n`,
    OTHER,
  ],
  ["a word for a number", "intraday", withClose('"n/a"'), OTHER],
  ["a number without quotation marks", "intraday", withClose("10.5"), OTHER],
  ["a number too large", "intraday", withClose('"1e309"').replace('"11"', '"1e309"'), OTHER],
  ["a bare number too large", "intraday", withClose("1e309"), OTHER],
  ["a decimal comma", "intraday", withClose('"10,5"'), OTHER],
  ["digits of another script", "intraday", withClose('"１０"'), OTHER],
  ["a blank in a number", "intraday", withClose('"10. 5"'), OTHER],
  ["a minus before zero", "intraday", withClose('"-0"'), OTHER],
  ["a list for a number", "intraday", withClose('["10.5"]'), OTHER],
  ["a price outside its bar", "intraday", withClose('"105"'), OTHER],
  ["a stamp with a zone", "intraday", at("2026-05-15 10:01:00-04:00"), OTHER],
  ["a stamp of the year 10000", "intraday", at("10000-05-15 10:01:00"), OTHER],
  ["a stamp within a minute", "intraday", at("2026-05-15 10:01:01"), OTHER],
  ["columns in another order", "intraday", `timestamp,close,high,low,open,volume\r\n${LINE}`, NONE],
  ["a column more", "intraday", `timestamp,open,high,low,close,volume,vwap\r\n${LINE}`, NONE],
  ["quotation marks in CSV", "intraday", `${HEADER}"2026-05-15 10:01:00","10","11","9","10.5","5"\r\n${LINE}`, OTHER],
  ["a zero byte", "intraday", `${HEADER}2026-05-15 10:01:00,10,11,9,10.5\u0000,5\r\n${LINE}`, OTHER],
  ["bytes that are no text", "intraday", Buffer.concat([Buffer.from(HEADER + LINE), Buffer.from([0xc3, 0x28])]), NONE],
  ["fifty megabytes of good rows", "intraday", HEADER + LINE.repeat(Math.ceil(50_000_000 / LINE.length)), NONE],
  ["fifty megabytes of blanks", "bulk-quotes", `${" ".repeat(50_000_000)}${bulk(`[${TICK}]`)}`, NONE],
];

describe("a round with an answer that holds", () => {
  let service: TestService;
  let server: FakeQuoteServer;
  let folder: SpoolFolder;
  let answer: (response: ServerResponse) => unknown;
  before(async () => {
    service = await startTestService((response) => answer(response));
  });
  after(() => service.close());
  beforeEach(async () => {
    folder = new SpoolFolder();
    server = await FakeQuoteServer.start({ onBatch: acknowledgeAll });
  });
  afterEach(() => {
    server.close();
    folder.remove();
  });

  for (const [what, asked, body, closes] of CASES) {
    it(`${what}: ${closes.length === 0 ? "nothing" : `${closes.length} of it`} arrives`, async () => {
      answer = (response) => response.end(body);
      const clock = new FakeClock(NOW);
      const log = new RecordedLog();
      const limiter = new RateLimiter(limitsOfPlan("unlimited"), clock);
      const source = new AlphaVantageSource(
        { baseUrl: service.url, key: "K", functions: [asked], datatype: "json" },
        { limiter, clock, log },
      );
      const told = { symbols: ["AAPL"], followsServer: false, sourceName: "simulator" } as const;
      const config = { ...told, spoolFile: folder.file(), spoolQuotesMax: 1_000 };
      const deps = { clock, log, source, client: server.client() };
      const { outcomes, failure } = await fetchOnce(config, deps, new AbortController().signal);
      expect(server.quotes.map(({ close }) => close)).to.deep.equal(closes);
      expect([outcomes.length, failure]).to.deep.equal([1, null]);
      expect(outcomes[0]).to.include({ symbol: "AAPL", quotes: closes.length });
      expect(outcomes[0]?.result === "stored").to.equal(closes.length > 0);
    });
  }
});
