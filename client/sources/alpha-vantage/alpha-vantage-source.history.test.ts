import { expect } from "chai";
import type { ServerResponse } from "node:http";
import { DAY_MS, MINUTE_MS } from "../../../domain/time.ts";
import { FakeClock } from "../../../runtime/clock/fake-clock.ts";
import { limitsOfPlan, RateLimiter } from "../../rate-limiter.ts";
import { AlphaVantageSource, type AlphaVantageOptions } from "./alpha-vantage-source.ts";
import { collect, keepingLog, startTestService, type TestService } from "./test-service.ts";

const NOW = Date.UTC(2026, 4, 15, 14, 2, 30); // 10:02:30 in New York, a Friday
const never = new AbortController().signal;
const HEADER = "timestamp,open,high,low,close,volume\r\n";

describe("AlphaVantageSource beyond the prices of now", () => {
  const services: TestService[] = [];
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.close()));
  });

  async function world(answer: (response: ServerResponse) => unknown, options: Partial<AlphaVantageOptions> = {}) {
    const service = await startTestService((response) => void answer(response));
    services.push(service);
    const clock = new FakeClock(NOW);
    const source = new AlphaVantageSource(
      {
        baseUrl: service.url,
        key: "CANARY",
        functions: ["intraday"],
        datatype: "csv",
        entitlement: "delayed",
        ...options,
      },
      { limiter: new RateLimiter(limitsOfPlan("unlimited"), clock), clock, log: keepingLog([]), retryMinMs: 0 },
    );
    const asked = (): unknown => Object.fromEntries(service.requests.at(-1) ?? []);
    return { source, service, asked };
  }

  const days = `${HEADER}2026-05-14,1,9,1,4,100\r\n2026-05-13,1,9,1,3,100\r\n`;

  it("tells the days, oldest first, the newest hundred unless all are wanted", async () => {
    const { source, asked } = await world((response) => response.end(days));
    const result = await source.fetchDaily("AAPL", never);
    expect(result.kind === "quotes" && result.quotes.map(({ close, periodMs }) => [close, periodMs])).to.deep.equal([
      [3, DAY_MS],
      [4, DAY_MS],
    ]);
    expect(asked()).to.include({ function: "TIME_SERIES_DAILY", symbol: "AAPL", outputsize: "compact" });
    await source.fetchDaily("AAPL", never, { full: true });
    expect(asked()).to.include({ outputsize: "full" });
  });

  const may = (...stamps: string[]): string => HEADER + stamps.map((stamp) => `${stamp},1,9,1,4,100\r\n`).join("");

  it("tells the minutes of a month, as traded", async () => {
    const { source, asked } = await world((response) =>
      response.end(may("2026-04-30 19:59:00", "2026-04-01 04:00:00")),
    );
    const result = await source.fetchIntradayMonth("AAPL", "2026-04", never);
    expect(result.kind === "quotes" && result.quotes.map(({ periodMs }) => periodMs)).to.deep.equal([
      MINUTE_MS,
      MINUTE_MS,
    ]);
    expect(asked()).to.include({ month: "2026-04", outputsize: "full", adjusted: "false", extended_hours: "true" });
    expect(asked()).to.include({ entitlement: "delayed" });
  });

  it("refuses the minutes of another month, and a month that there is none, which it does not ask for", async () => {
    const { source, service } = await world((response) =>
      response.end(may("2026-05-01 04:00:00", "2026-04-30 19:59:00")),
    );
    const outcome = async (month: string): Promise<unknown> => {
      const result = await source.fetchIntradayMonth("AAPL", month, never);
      return result.kind === "refusal" && result.refusal.class;
    };
    expect(await outcome("2026-05")).to.equal("malformed");
    expect(await outcome("2026-04")).to.equal("malformed");
    expect(await outcome("2026-13")).to.equal("bad_request");
    expect(service.requests).to.have.lengthOf(2);
  });

  it("tells the past again each time it is asked, and takes nothing from what the next round has to tell", async () => {
    const { source } = await world((response) => response.end(may("2026-05-15 10:01:00")));
    for (let count = 0; count < 2; count += 1) {
      const result = await source.fetchIntradayMonth("AAPL", "2026-05", never);
      expect(result.kind === "quotes" && result.quotes.length).to.equal(1);
    }
    const [live] = await collect(source.fetch(["AAPL"], never));
    expect(live?.kind === "quotes" && live.quotes.length).to.equal(1);
  });

  it("says what was refused, of the past and of a search, as often as it may try", async () => {
    const { source, service } = await world((response) => response.writeHead(503).end("<html>"));
    const failed: string[] = [];
    const options = { tries: 2, onFailedTry: () => void failed.push("again") };
    const results = [
      await source.fetchDaily("AAPL", never, options),
      await source.fetchIntradayMonth("AAPL", "2026-05", never, options),
      await source.search("tesco", never, options),
    ];
    expect(results.map((result) => result.kind === "refusal" && result.refusal.class)).to.deep.equal(
      Array(3).fill("outage"),
    );
    expect([service.requests.length, failed.length]).to.deep.equal([6, 6]);
  });

  it("finds listings by name, and keeps the key out of their names", async () => {
    const rest = "Equity,United States,09:30,16:00,UTC-04,USD,1.0000";
    const csv = `symbol,name,type,region,marketOpen,marketClose,timezone,currency,matchScore\r\nTSCDF,Tesco CANARY,${rest}\r\nCANARY,Tesco,${rest}\r\n`;
    const { source, asked } = await world((response) => response.end(csv));
    const result = await source.search("tesco & co", never);
    expect(result.kind === "found" && result.matches.map(({ symbol, name }) => [symbol, name])).to.deep.equal([
      ["TSCDF", "Tesco ***"],
    ]);
    expect(asked()).to.include({ function: "SYMBOL_SEARCH", keywords: "tesco & co" });
  });
});
