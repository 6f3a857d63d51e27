// How often a question is put, and when again; what becomes of the answers is the source's to test.
import { expect } from "chai";
import { Response } from "node-fetch";
import { setImmediate as nextTurn } from "node:timers/promises";
import { HOUR_MS } from "../../../domain/time.ts";
import { FakeClock } from "../../../runtime/clock/fake-clock.ts";
import { limitsOfPlan, RateLimiter } from "../../rate-limiter.ts";
import { AlphaVantageService } from "./alpha-vantage-service.ts";
import { keepingLog } from "./test-service.ts";

const QUESTION = { function: "global-quote", symbols: ["AAPL"], datatype: "csv", entitlement: "none" } as const;

const DAILY_REFUSAL = '{"Information": "our standard API rate limit is 25 requests per day"}';
const PRICES = `symbol,open,high,low,price,volume,latestDay,previousClose,change,changePercent
AAPL,1,2,1,2,3,2026-05-15,1,1,100.0000%`;

function open() {
  const clock = new FakeClock(0);
  const stop = new AbortController();
  const seen = { requests: 0, failedTries: 0 };
  const limiter = new RateLimiter(limitsOfPlan("unlimited"), clock);
  const fetch = (): Promise<Response> => {
    seen.requests += 1;
    return Promise.resolve(new Response("<html>", { status: 503 }));
  };
  const service = new AlphaVantageService(
    { baseUrl: "http://service", key: "CANARY" },
    { limiter, clock, log: keepingLog([]), fetch },
  );
  const onFailedTry = (): void => void (seen.failedTries += 1);
  const asked = service.ask(QUESTION, { onFailedTry }, stop.signal).catch((error: unknown) => error);
  /** Until a try has failed and the next one is waited for. */
  const paused = async (tries: number): Promise<void> => {
    for (let turn = 0; turn < 1_000 && (seen.failedTries < tries || clock.sleeping !== 1); turn += 1) await nextTurn();
  };
  return { clock, stop, seen, asked, paused };
}

describe("AlphaVantageService", () => {
  it("lets the next daily refusal be the first again, once a question was answered", async () => {
    const clock = new FakeClock(0);
    const limiter = new RateLimiter(limitsOfPlan("free"), clock);
    const bodies = [DAILY_REFUSAL, PRICES, DAILY_REFUSAL];
    const fetch = () => Promise.resolve(new Response(bodies.shift()));
    const address = { baseUrl: "http://service", key: "CANARY" };
    const service = new AlphaVantageService(address, { limiter, clock, log: keepingLog([]), fetch });
    const holds: (number | null)[] = [];
    for (let left = bodies.length; left > 0; left -= 1) {
      await service.ask(QUESTION, { tries: 1 }, new AbortController().signal);
      const { heldUntilMs } = limiter.state;
      holds.push(heldUntilMs === null ? null : heldUntilMs - clock.now());
      clock.advance(2 * HOUR_MS);
    }
    expect(holds).to.eql([HOUR_MS, null, HOUR_MS]);
  });

  it("asks again after a second or two, then after twice that, and gives up then", async () => {
    const { clock, seen, asked, paused } = open();
    for (const [tries, leastMs] of [
      [1, 1_000],
      [2, 2_000],
    ] as const) {
      await paused(tries);
      clock.advance(leastMs - 1);
      await nextTurn();
      expect(seen.requests, "not yet").to.equal(tries);
      clock.advance(leastMs + 1);
    }
    expect(await asked).to.have.nested.property("refusal.class", "outage");
    expect(seen).to.deep.equal({ requests: 3, failedTries: 3 });
  });

  it("ends a wait when it is stopped", async () => {
    const { stop, seen, asked, paused } = open();
    await paused(1);
    stop.abort(new Error("stopping"));
    expect(await asked).to.have.property("message", "stopping");
    expect(seen.requests).to.equal(1);
  });
});
