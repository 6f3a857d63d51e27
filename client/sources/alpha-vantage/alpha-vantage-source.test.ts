import { expect } from "chai";
import type { ServerResponse } from "node:http";
import { setImmediate as nextTick } from "node:timers/promises";
import { DAY_MS } from "../../../domain/time.ts";
import { FakeClock } from "../../../runtime/clock/fake-clock.ts";
import { limitsOfPlan, RateLimiter, type RateLimits } from "../../rate-limiter.ts";
import type { FetchResult, Refusal } from "../source.ts";
import { AlphaVantageSource, type AlphaVantageOptions } from "./alpha-vantage-source.ts";
import { collect, keepingLog, startTestService, type TestService } from "./test-service.ts";

const NOW = Date.UTC(2026, 4, 15, 14, 2, 30); // 10:02:30 in New York, a Friday
const never = new AbortController().signal;

type Answerer = (response: ServerResponse, parameters: URLSearchParams) => void;

interface World {
  readonly source: AlphaVantageSource;
  readonly clock: FakeClock;
  readonly service: TestService;
  readonly log: unknown[];
}

/** Bars as CSV: minutes after ten o'clock and their closes. */
function bars(...closes: [number, string][]): string {
  const rows = closes.map(([minute, close]) => `2026-05-15 10:0${minute}:00,1,9,1,${close},100\r\n`);
  return `timestamp,open,high,low,close,volume\r\n${rows.join("")}`;
}

function refusing(words: string): Answerer {
  return (response) => response.end(JSON.stringify({ Information: words }));
}

describe("AlphaVantageSource", () => {
  const services: TestService[] = [];

  async function world(answer: Answerer, options: Partial<AlphaVantageOptions & RateLimits> = {}): Promise<World> {
    const service = await startTestService(answer);
    services.push(service);
    const clock = new FakeClock(NOW);
    const log: unknown[] = [];
    const limits = { ...limitsOfPlan("unlimited"), ...options };
    const source = new AlphaVantageSource(
      { baseUrl: service.url, key: "CANARY", functions: ["intraday"], datatype: "csv", ...options },
      { limiter: new RateLimiter(limits, clock), clock, log: keepingLog(log), retryMinMs: 0 },
    );
    return { source, clock, service, log };
  }

  async function round(source: AlphaVantageSource, symbols = ["AAPL"]): Promise<FetchResult[]> {
    return collect(source.fetch(symbols, never));
  }

  function outcome(result: FetchResult | undefined): unknown {
    if (result?.kind !== "quotes") return result?.refusal.class;
    return result.quotes.map(({ quoteTimeMs, close }) => [new Date(quoteTimeMs).getUTCMinutes(), close]);
  }

  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.close()));
  });

  it("asks for one symbol after the other and tells what came of each", async () => {
    const { source, service } = await world((response, parameters) =>
      response.end(parameters.get("symbol") === "IBM" ? bars([1, "2"]) : "{}"),
    );
    const results = await round(source, ["AAPL", "IBM"]);
    expect(results.map((result) => [result.symbol, outcome(result)])).to.deep.equal([
      ["AAPL", "no_data"],
      ["IBM", [[1, 2]]],
    ]);
    expect(service.requests.map((request) => request.get("symbol"))).to.deep.equal(["AAPL", "IBM"]);
  });

  it("knows shares, and no pairs", async () => {
    const { source } = await world((response) => response.end("{}"));
    expect(["AAPL", "BRK-B", "TSCO.LON", "BTCUSDT"].map((symbol) => source.mayKnow(symbol))).to.eql([
      true,
      true,
      true,
      false,
    ]);
  });

  it("hands out a bar once, and again when it has changed", async () => {
    const answers = [bars([2, "5"], [1, "4"]), bars([2, "6"], [1, "4"]), bars([2, "6"], [1, "4"]), bars([2, "6"])];
    const { source, clock } = await world((response) => response.end(answers.shift()));
    const seen = [];
    for (let count = 0; count < 4; count += 1) {
      seen.push(outcome((await round(source))[0]));
      clock.advance(2_000);
    }
    expect(seen).to.deep.equal([
      [
        [1, 4],
        [2, 5],
      ],
      [[2, 6]],
      [],
      [],
    ]);
  });

  it("hands out the newest bar again when it is asked for that, with the time of the new answer", async () => {
    const { source, clock } = await world((response) => response.end(bars([2, "5"], [1, "4"])));
    await round(source);
    clock.advance(2_000);
    const [again] = await collect(source.fetch(["AAPL"], never, { newestAgain: true }));
    expect(outcome(again)).to.deep.equal([[2, 5]]);
    expect(again?.kind === "quotes" && again.quotes[0]?.fetchTimeMs).to.equal(NOW + 2_000);
    expect(outcome((await round(source))[0])).to.deep.equal([]);
  });

  it("hands out again what the caller failed to take", async () => {
    const { source } = await world((response) => response.end(bars([1, "4"])));
    for await (const result of source.fetch(["AAPL"], never)) {
      expect(outcome(result)).to.deep.equal([[1, 4]]);
      break;
    }
    expect(outcome((await round(source))[0])).to.deep.equal([[1, 4]]);
    expect(outcome((await round(source))[0])).to.deep.equal([]);
  });

  it("names the simulator by its Server header: its prices are of no session", async () => {
    const answer: Answerer = (response) =>
      response.writeHead(200, { Server: "tickerbell-simulator" }).end(bars([1, "4"]));
    const [result] = await round((await world(answer)).source);
    const quote = result?.kind === "quotes" ? result.quotes[0] : undefined;
    expect([quote?.source, quote?.sessionClass]).to.deep.equal(["simulator", "always"]);
  });

  it("asks for bulk quotes by the hundred", async () => {
    const symbols = Array.from({ length: 101 }, (_, index) => `S${index}`);
    const row = { timestamp: "2026-05-15 10:01:00.5", open: "1", high: "1", low: "1", close: "1", volume: "1" };
    const { source, service } = await world(
      (response, parameters) => {
        const data = (parameters.get("symbol") ?? "")
          .split(",")
          .map((symbol) => ({ symbol, ...row, timestamp: "2026-05-15 10:01:00.500" }));
        response.end(JSON.stringify({ endpoint: "Realtime Bulk Quotes", message: "success", data }));
      },
      { functions: ["bulk-quotes"] },
    );
    const results = await round(source, symbols);
    expect(results.map((result) => result.symbol)).to.deep.equal(symbols);
    expect(results.every((result) => result.kind === "quotes" && result.quotes.length === 1)).to.equal(true);
    expect(service.requests).to.have.lengthOf(2);
  });

  it("reads the day's quote", async () => {
    const csv =
      "symbol,open,high,low,price,volume,latestDay,previousClose,change,changePercent\r\nAAPL,1,2,1,2,5,2026-05-14,1,1,1%\r\n";
    const { source } = await world((response) => response.end(csv), { functions: ["global-quote"] });
    expect(outcome((await round(source))[0])).to.deep.equal([[30, 2]]);
  });

  it("asks three times when the service is out, then gives up, and asks only once for the others", async () => {
    const { source, service, log } = await world((response) => response.writeHead(503).end("<html>"));
    const results = await round(source, ["AAPL", "IBM"]);
    expect(results.map(outcome)).to.deep.equal(["outage", "outage"]);
    expect(service.requests.map((request) => request.get("symbol"))).to.deep.equal(["AAPL", "AAPL", "AAPL", "IBM"]);
    expect(log).to.have.lengthOf(4);
  });

  it("tells of each failed try at once, long before it gives up", async () => {
    const { source, service } = await world((response) => response.writeHead(503).end());
    const failed: [string, number][] = [];
    const onFailedTry = (refusal: Refusal) => void failed.push([refusal.class, service.requests.length]);
    await collect(source.fetch(["AAPL"], never, { onFailedTry }));
    expect(failed).to.deep.equal([1, 2, 3].map((asked) => ["outage", asked]));
  });

  it("is content when the second try succeeds", async () => {
    let count = 0;
    const { source } = await world((response) =>
      (count += 1) === 1 ? response.destroy() : response.end(bars([1, "4"])),
    );
    expect(outcome((await round(source))[0])).to.deep.equal([[1, 4]]);
  });

  it("waits as long as a burst refusal asks before it tries again", async () => {
    let count = 0;
    const { source, clock, log, service } = await world((response, parameters) =>
      (count += 1) === 1 ? refusing("1 request per second please")(response, parameters) : response.end(bars([1, "4"])),
    );
    const results = round(source);
    while (log.length === 0 || clock.sleeping === 0) await nextTick();
    clock.advance(1_999);
    await nextTick();
    expect(service.requests).to.have.lengthOf(1);
    clock.advance(1);
    expect(outcome((await results)[0])).to.deep.equal([[1, 4]]);
  });

  for (const [words, expected] of [
    ["our standard API rate limit is 25 requests per day", "daily_quota"],
    ["a limit in words that nobody knows", "throttle"],
    ["this is a premium endpoint", "not_entitled"],
    ["the **demo** key", "bad_key"],
  ] as const) {
    it(`does not ask for the other symbols after ${expected}`, async () => {
      const { source, service } = await world(refusing(words));
      expect((await round(source, ["AAPL", "IBM", "V"])).map(outcome)).to.deep.equal([expected, expected, expected]);
      expect(service.requests).to.have.lengthOf(1);
    });
  }

  it("goes on with the next symbol when one is wrong", async () => {
    const { source } = await world((response, parameters) =>
      response.end(parameters.get("symbol") === "AAPL" ? '{"Error Message": "Invalid API call."}' : bars([1, "4"])),
    );
    expect((await round(source, ["AAPL", "IBM"])).map(outcome)).to.deep.equal(["bad_request", [[1, 4]]]);
  });

  it("probes the daily quota with one request an hour", async () => {
    const { source, service, clock } = await world(refusing("our standard API rate limit is 25 requests per day"));
    for (const [ms, asked] of [
      [0, 1],
      [60_000, 1],
      [3_540_000, 2],
      [60_000, 2],
    ] as const) {
      clock.advance(ms);
      expect((await round(source, ["AAPL", "IBM"])).map(outcome)).to.deep.equal(["daily_quota", "daily_quota"]);
      expect(service.requests).to.have.lengthOf(asked);
    }
  });

  it("keeps the service's own words when its pause outlasts the round", async () => {
    const { source } = await world(refusing("a limit in words that nobody knows"));
    const [result] = await round(source);
    expect(result?.kind === "refusal" && result.refusal.message).to.equal("a limit in words that nobody knows");
    const [next] = await round(source);
    expect(next?.kind === "refusal" && next.refusal.message).to.equal("the key's request limit is reached: not asked");
  });

  it("never asks more than the day's budget, retries included", async () => {
    const { source, service, clock } = await world((response) => response.writeHead(503).end("<html>"), { perDay: 7 });
    const seen = new Set<unknown>();
    for (let count = 0; count < 20; count += 1) {
      for (const result of await round(source, ["AAPL", "IBM"])) seen.add(outcome(result));
      clock.advance(60_000);
    }
    expect(service.requests).to.have.lengthOf(7);
    expect([...seen]).to.deep.equal(["outage", "daily_quota"]);
    clock.advance(DAY_MS);
    await round(source);
    expect(service.requests, "what is away is asked once").to.have.lengthOf(8);
  });

  it("asks a source that is away once a round instead of thrice for each symbol, until it answers", async () => {
    const away = { isTrue: true };
    const { source, service, clock } = await world((response) => {
      if (away.isTrue) response.writeHead(503).end("<html>");
      else response.end(bars([1, "4"]));
    });
    const symbols = ["AAPL", "IBM", "V", "JPM"];
    const requests: number[] = [];
    for (const isTrue of [true, true, true, false, false]) {
      away.isTrue = isTrue;
      const before = service.requests.length;
      const results = await round(source, symbols);
      requests.push(service.requests.length - before);
      expect(results.map(({ kind }) => kind)).to.deep.equal(symbols.map(() => (isTrue ? "refusal" : "quotes")));
      if (isTrue) expect(results.at(-1)).to.have.nested.property("refusal.message", "the source answered HTTP 503");
      clock.advance(60_000);
    }
    expect(requests).to.deep.equal([6, 1, 1, 4, 4]);
  });

  it("throws the signal's reason, and nothing else is asked", async () => {
    const stop = new AbortController();
    const { source, service } = await world((response) => response.end(bars([1, "4"])));
    const seen: unknown[] = [];
    try {
      for await (const result of source.fetch(["AAPL", "IBM"], stop.signal)) {
        seen.push(outcome(result));
        stop.abort(new Error("stop"));
      }
    } catch (error) {
      seen.push((error as Error).message);
    }
    expect(seen).to.deep.equal([[[1, 4]], "stop"]);
    expect(service.requests).to.have.lengthOf(1);
  });
});
