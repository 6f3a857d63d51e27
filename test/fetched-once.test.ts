// The promise of `bell fetcher --once`: one round, a line for each symbol, and "stored" only for what the server has.
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { runBell } from "../cli/run-bell.ts";
import { openSecureClient } from "../cli/secure-client.ts";
import { MemoryTerminal } from "../cli/testing/memory-terminal.ts";
import { startTestService, type TestService } from "../client/sources/alpha-vantage/test-service.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { newestTradingDay } from "./support/newest-trading-day.ts";
import { startTestServer, type TestServer } from "./support/test-server.ts";
import { World } from "./support/world.ts";

const DAY = newestTradingDay(Date.now());
const ROW = `"1. open": "10", "2. high": "11.5", "3. low": "9", "4. close": "10.5", "5. volume": "5"`;
const ANSWERS: Readonly<Record<string, (symbol: string) => string>> = {
  GLOBAL_QUOTE: (symbol) =>
    `{"Global Quote": {"01. symbol": "${symbol}", "02. open": "10", "03. high": "11.5", "04. low": "9", "05. price": "10.5", "06. volume": "5", "07. latest trading day": "${DAY}"}}`,
  TIME_SERIES_INTRADAY: (symbol) =>
    `{"Meta Data": {"2. Symbol": "${symbol}", "4. Interval": "1min", "6. Time Zone": "US/Eastern"}, "Time Series (1min)": {"${DAY} 10:00:00": {${ROW}}, "${DAY} 09:59:00": {${ROW}}}}`,
  REALTIME_BULK_QUOTES: (symbols) =>
    JSON.stringify({
      endpoint: "Realtime Bulk Quotes",
      message: "success",
      data: symbols.split(",").map((symbol) => {
        const prices = { open: "10", high: "11.5", low: "9", close: "10.5", volume: "5" };
        return { symbol, timestamp: `${DAY} 10:00:00.500`, ...prices };
      }),
    }),
};

interface Line {
  readonly symbol: string;
  readonly result: string;
  readonly quotes: number;
  readonly message: string;
}

describe("bell fetcher --once", () => {
  let world: World;
  let server: TestServer;
  let service: TestService;
  let answer: (asked: URLSearchParams) => string;

  before(async () => {
    server = await startTestServer();
    service = await startTestService((response, asked) => response.end(answer(asked)));
  });
  after(async () => {
    await service.close();
    await server.close();
  });
  beforeEach(async () => {
    const plan = { BELL_ALPHA_VANTAGE_URL: service.url, BELL_ALPHA_VANTAGE_PLAN: "unlimited" };
    world = await World.open({ BELL_SYMBOLS: "AAPL BRK.B", ...plan });
    answer = (asked) => ANSWERS[asked.get("function") ?? ""]?.(asked.get("symbol") ?? "") ?? "{}";
    service.requests.splice(0);
  });
  afterEach(() => world.close());

  async function once(settings: Record<string, string> = {}, bell = world.type.bind(world)) {
    const result = await bell(["fetcher", "--once"], { settings: { BELL_SERVER: server.address, ...settings } });
    const lines = result.output.split("\n").filter((line) => line !== "");
    return { ...result, lines: lines.map((line) => JSON.parse(line) as Line) };
  }

  for (const [setting, counts] of [
    ["auto", [1, 1]],
    ["global-quote", [1, 1]],
    ["intraday", [2, 2]],
    ["bulk-quotes", [1, 1]],
  ] as const) {
    it(`stores what came, asking for ${setting}`, async () => {
      const before = server.query("SELECT count(*) AS count FROM quotes WHERE symbol = 'BRK-B'") as [{ count: number }];
      const { code, lines } = await once({ BELL_ALPHA_VANTAGE_FUNCTION: setting });
      expect(lines).to.deep.equal([
        { symbol: "AAPL", result: "stored", quotes: counts[0], message: "" },
        { symbol: "BRK-B", result: "stored", quotes: counts[1], message: "" },
      ]);
      expect(code).to.equal(0);
      const rows = server.query("SELECT close FROM quotes WHERE symbol = 'BRK-B'") as { close: number }[];
      expect(rows.length).to.be.at.least(Math.max(before[0].count, counts[1]));
      expect(new Set(rows.map(({ close }) => close))).to.deep.equal(new Set([10.5]));
    });
  }

  it("asks for the day's quote on the free plan, one symbol after the other", async () => {
    expect((await once({ BELL_ALPHA_VANTAGE_PLAN: "free" })).code).to.equal(0);
    const asked = service.requests.map((request) => `${request.get("function") ?? ""} ${request.get("symbol") ?? ""}`);
    expect(asked).to.deep.equal(["GLOBAL_QUOTE AAPL", "GLOBAL_QUOTE BRK-B"]);
  });

  const refusals: [string, string, string][] = [
    ["throttle", '{"Note": "5 calls per minute and 500 calls per day"}', "5 calls per minute and 500 calls per day"],
    ["throttle", '{"Information": "in words that nobody knows"}', "in words that nobody knows"],
    [
      "daily_quota",
      '{"Information": "our rate limit is 25 requests per day"}',
      "our rate limit is 25 requests per day",
    ],
    ["not_entitled", '{"Information": "This is a premium endpoint."}', "This is a premium endpoint."],
    ["bad_key", '{"Error Message": "the parameter apikey is invalid or missing."}', "apikey is invalid"],
    ["bad_request", '{"Error Message": "Invalid API call."}', "Invalid API call."],
    ["no_data", '{"Global Quote": {}}', "no quote"],
    ["sample_data", '{"endpoint": "x", "message": "ARTIFICIAL", "data": [{}]}', "ARTIFICIAL"],
    ["outage", "<html>Application Error</html>", "web page"],
    ["malformed", "{ broken", "broken JSON"],
  ];
  for (const [expected, body, words] of refusals) {
    it(`says ${expected} of ${body}, at once, and ends with 75`, async () => {
      answer = () => body;
      const { code, lines } = await once();
      expect(lines.map(({ symbol, result, quotes }) => [symbol, result, quotes])).to.deep.equal([
        ["AAPL", expected, 0],
        ["BRK-B", expected, 0],
      ]);
      expect(lines[0]?.message).to.include(words);
      expect(code).to.equal(75);
    });
  }

  it("ends with 75 if one of the prices did not come", async () => {
    answer = (asked) => (asked.get("symbol") === "AAPL" ? "{}" : (ANSWERS["GLOBAL_QUOTE"]?.("BRK-B") ?? ""));
    const { code, lines } = await once({ BELL_ALPHA_VANTAGE_FUNCTION: "global-quote" });
    expect([code, lines.map(({ result }) => result)]).to.deep.equal([75, ["no_data", "stored"]]);
  });

  it("says so when the server is away, ends with 69, and the next round brings what waited", async () => {
    const { code, lines, complaints } = await once({ BELL_SERVER: "localhost:1" });
    expect([code, lines.map(({ result }) => result)]).to.deep.equal([69, ["spooled", "spooled"]]);
    expect(complaints).to.match(/bell: .*2 quotes wait in the spool/);
    const again = await once();
    expect([again.code, again.lines.map(({ result }) => result)]).to.deep.equal([0, ["stored", "stored"]]);
  });

  it("keeps its log apart from the lines, as a process too", async () => {
    const { code, output, complaints } = await once({}, world.bell.bind(world));
    expect(code).to.equal(0);
    expect(output.trimEnd().split("\n")).to.have.lengthOf(2);
    expect(complaints).to.include('"msg":"spool opened"');
  });

  it("ends with 130 and says nothing when it is interrupted", async () => {
    const stop = new AbortController();
    answer = () => {
      stop.abort();
      return "{}";
    };
    const terminal = new MemoryTerminal();
    const code = await runBell(["fetcher", "--once"], {
      environment: { ...world.environment, BELL_SERVER: server.address, BELL_LOG_LEVEL: "silent" },
      terminal,
      clock: systemClock,
      timeZone: "UTC",
      newId: randomUUID,
      interruption: () => stop.signal,
      openClient: openSecureClient,
    });
    expect([code, terminal.output, terminal.errors]).to.deep.equal([130, "", ""]);
  });

  it("ends with 78 where a setting is wrong, and has no other option", async () => {
    expect((await once({ BELL_ALPHA_VANTAGE_FUNCTION: "daily" })).code).to.equal(78);
    expect((await world.type(["server", "--once"])).code).to.equal(2);
  });
});
