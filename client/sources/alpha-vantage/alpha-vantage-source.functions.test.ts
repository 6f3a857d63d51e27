// Which functions are asked when more than one may be: what the plan does not include and what a symbol is not in is no outage.

import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeClock } from "../../../runtime/clock/fake-clock.ts";
import { limitsOfPlan, RateLimiter } from "../../rate-limiter.ts";
import type { FetchResult } from "../source.ts";
import { AlphaVantageSource, type AlphaVantageOptions } from "./alpha-vantage-source.ts";
import { functionsOf } from "./function-choice.ts";
import { collect, keepingLog, startTestService, type TestService } from "./test-service.ts";

const NOW = Date.UTC(2026, 4, 15, 14, 2, 30); // 10:02:30 in New York, a Friday
const never = new AbortController().signal;
const PREMIUM =
  '{"Information": "Thank you! This is a premium endpoint. You may subscribe to any of the premium plans"}';
const UNKNOWN = '{"Error Message": "Invalid API call. Please retry or visit the documentation"}';
const SAMPLE =
  '{"endpoint": "Realtime Bulk Quotes", "message": "This is a premium endpoint. ARTIFICIAL", "data": [{}]}';
const DAILY_LIMIT = '{"Information": "our standard API rate limit is 25 requests per day"}';

type Said = Partial<
  Record<"REALTIME_BULK_QUOTES" | "TIME_SERIES_INTRADAY" | "GLOBAL_QUOTE", (symbol: string) => string>
>;

const bars = (): string => "timestamp,open,high,low,close,volume\r\n2026-05-15 10:01:00,1,9,1,4,100\r\n";
const dayQuote = (symbol: string): string =>
  `{"Global Quote": {"01. symbol": "${symbol}", "02. open": "1", "03. high": "9", "04. low": "1", "05. price": "5", "06. volume": "1", "07. latest trading day": "2026-05-14"}}`;
const bulk = (symbols: string, left: readonly string[] = []): string => {
  const prices = { open: "1", high: "9", low: "1", close: "6", volume: "1" };
  const rows = symbols.split(",").filter((symbol) => !left.includes(symbol));
  const data = rows.map((symbol) => ({ symbol, timestamp: "2026-05-15 10:01:00.500", ...prices }));
  return JSON.stringify({ endpoint: "Realtime Bulk Quotes", message: "success", data });
};

describe("AlphaVantageSource with more than one function", () => {
  let folder: string;
  const services: TestService[] = [];
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tickerbell-functions-"))));
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.close()));
    rmSync(folder, { recursive: true });
  });

  async function world(said: Said, options: Partial<AlphaVantageOptions> = {}) {
    const service = await startTestService((response, parameters) => {
      const answer = said[parameters.get("function") as keyof Said] ?? (() => UNKNOWN);
      response.end(answer(parameters.get("symbol") ?? ""));
    });
    services.push(service);
    const clock = new FakeClock(NOW);
    const lines: unknown[] = [];
    const open = (key = "CANARY") =>
      new AlphaVantageSource(
        {
          baseUrl: service.url,
          key,
          functions: functionsOf("auto", "75"),
          datatype: "json",
          refusedFile: join(folder, "refused.json"),
          ...options,
        },
        { limiter: new RateLimiter(limitsOfPlan("unlimited"), clock), clock, log: keepingLog(lines), retryMinMs: 0 },
      );
    const asked = (): string[] =>
      service.requests.splice(0).map((request) => `${request.get("function") ?? ""} ${request.get("symbol") ?? ""}`);
    return { open, clock, lines, asked };
  }

  async function round(source: AlphaVantageSource, ...symbols: string[]): Promise<Record<string, unknown>> {
    const results = await collect(source.fetch(symbols, never, { newestAgain: true }));
    expect(results.map(({ symbol }) => symbol).sort()).to.deep.equal([...symbols].sort(), "each symbol once");
    return Object.fromEntries(results.map((result) => [result.symbol, outcome(result)]));
  }

  function outcome(result: FetchResult): unknown {
    return result.kind === "quotes" ? result.quotes.map(({ close }) => close) : result.refusal.class;
  }

  it("asks for all symbols in one where the key is entitled", async () => {
    const { open, asked } = await world({ REALTIME_BULK_QUOTES: bulk });
    expect(await round(open(), "AAPL", "IBM")).to.deep.equal({ AAPL: [6], IBM: [6] });
    expect(asked()).to.deep.equal(["REALTIME_BULK_QUOTES AAPL,IBM"]);
  });

  it("takes minute bars where bulk quotes are made up, asks for those no more, and not after a restart either", async () => {
    const { open, asked, lines } = await world({ REALTIME_BULK_QUOTES: () => SAMPLE, TIME_SERIES_INTRADAY: bars });
    const source = open();
    expect(await round(source, "AAPL", "IBM")).to.deep.equal({ AAPL: [4], IBM: [4] });
    expect(asked()).to.deep.equal([
      "REALTIME_BULK_QUOTES AAPL,IBM",
      "TIME_SERIES_INTRADAY AAPL",
      "TIME_SERIES_INTRADAY IBM",
    ]);
    await round(source, "AAPL");
    await round(open(), "AAPL");
    expect(asked()).to.deep.equal(["TIME_SERIES_INTRADAY AAPL", "TIME_SERIES_INTRADAY AAPL"]);
    expect(lines).to.have.lengthOf(1);
  });

  it("finds out again for another key, and a day later", async () => {
    const { open, asked, clock } = await world({ REALTIME_BULK_QUOTES: () => SAMPLE, TIME_SERIES_INTRADAY: bars });
    await round(open(), "AAPL");
    asked();
    await round(open("OTHER"), "AAPL");
    expect(asked()).to.deep.equal(["REALTIME_BULK_QUOTES AAPL", "TIME_SERIES_INTRADAY AAPL"]);
    clock.advance(86_400_000);
    await round(open("OTHER"), "AAPL");
    expect(asked()).to.deep.equal(["REALTIME_BULK_QUOTES AAPL", "TIME_SERIES_INTRADAY AAPL"]);
  });

  it("comes down to the day's quote when minute bars are premium too", async () => {
    const refused = () => PREMIUM;
    const said = { REALTIME_BULK_QUOTES: refused, TIME_SERIES_INTRADAY: refused, GLOBAL_QUOTE: dayQuote };
    const { open, asked } = await world(said);
    expect(await round(open(), "AAPL", "IBM")).to.deep.equal({ AAPL: [5], IBM: [5] });
    expect(asked()).to.have.lengthOf(4);
  });

  it("says not entitled when the plan has none of them, and asks one question a round from then on", async () => {
    const refused = () => PREMIUM;
    const said = { REALTIME_BULK_QUOTES: refused, TIME_SERIES_INTRADAY: refused, GLOBAL_QUOTE: refused };
    const { open, asked } = await world(said);
    const source = open();
    const none = { AAPL: "not_entitled", IBM: "not_entitled" };
    expect(await round(source, "AAPL", "IBM")).to.deep.equal(none);
    asked();
    expect(await round(source, "AAPL", "IBM")).to.deep.equal(none);
    expect(asked()).to.deep.equal(["GLOBAL_QUOTE AAPL"]);
  });

  it("asks elsewhere for the symbols that bulk quotes do not have, and remembers where", async () => {
    const { open, asked } = await world({
      REALTIME_BULK_QUOTES: (symbols) => bulk(symbols, ["TSCO.LON"]),
      GLOBAL_QUOTE: dayQuote,
    });
    const source = open();
    const all = { AAPL: [6], "TSCO.LON": [5], IBM: [6] };
    expect(await round(source, "AAPL", "TSCO.LON", "IBM")).to.deep.equal(all);
    expect(asked()).to.deep.equal([
      "REALTIME_BULK_QUOTES AAPL,TSCO.LON,IBM",
      "TIME_SERIES_INTRADAY TSCO.LON",
      "GLOBAL_QUOTE TSCO.LON",
    ]);
    expect(await round(source, "AAPL", "TSCO.LON", "IBM")).to.deep.equal(all);
    expect(asked()).to.deep.equal(["REALTIME_BULK_QUOTES AAPL,IBM", "GLOBAL_QUOTE TSCO.LON"]);
  });

  it("tells of a symbol that nothing knows what the best function said, once for each round", async () => {
    const { open, asked } = await world({ REALTIME_BULK_QUOTES: (symbols) => bulk(symbols, ["NONE"]) });
    const source = open();
    expect(await round(source, "NONE", "AAPL")).to.deep.equal({ NONE: "no_data", AAPL: [6] });
    expect(asked()).to.have.lengthOf(3);
    expect(await round(source, "NONE", "AAPL")).to.deep.equal({ NONE: "no_data", AAPL: [6] });
    expect(asked()).to.deep.equal(["REALTIME_BULK_QUOTES NONE,AAPL"]);
  });

  it("asks nothing more in a round whose quota ended under way, and says so of those that wait", async () => {
    const { open, asked } = await world({
      REALTIME_BULK_QUOTES: (symbols) => bulk(symbols, ["A", "B"]),
      TIME_SERIES_INTRADAY: () => DAILY_LIMIT,
    });
    expect(await round(open(), "A", "B", "C")).to.deep.equal({ A: "daily_quota", B: "daily_quota", C: [6] });
    expect(asked()).to.deep.equal(["REALTIME_BULK_QUOTES A,B,C", "TIME_SERIES_INTRADAY A"]);
  });

  it("does not ask a function twice for a symbol, whatever is refused meanwhile", async () => {
    const { open, asked } = await world(
      { GLOBAL_QUOTE: () => "{}", TIME_SERIES_INTRADAY: () => PREMIUM },
      { functions: functionsOf("auto", "free") },
    );
    expect(await round(open(), "A")).to.deep.equal({ A: "no_data" });
    expect(asked()).to.deep.equal(["GLOBAL_QUOTE A", "TIME_SERIES_INTRADAY A"]);
  });

  it("names the entitlement in every question for prices, and takes the delayed answer's key", async () => {
    const delayed = (symbol: string): string =>
      dayQuote(symbol).replace("Global Quote", "Global Quote - DATA DELAYED BY 15 MINUTES");
    const service = await startTestService((response, parameters) =>
      response.end(delayed(parameters.get("symbol") ?? "")),
    );
    services.push(service);
    const clock = new FakeClock(NOW);
    const source = new AlphaVantageSource(
      { baseUrl: service.url, key: "K", functions: ["global-quote"], datatype: "json", entitlement: "delayed" },
      { limiter: new RateLimiter(limitsOfPlan("unlimited"), clock), clock, log: keepingLog([]) },
    );
    expect(await round(source, "BRK-B")).to.deep.equal({ "BRK-B": [5] });
    expect(service.requests.map((request) => request.get("entitlement"))).to.deep.equal(["delayed"]);
  });
});
