// How often a question is put, and when again; what becomes of the answers is the source's to test.
import { expect } from "chai";
import { Response } from "node-fetch";
import { setImmediate as nextTurn } from "node:timers/promises";
import { FakeClock } from "../../../runtime/clock/fake-clock.ts";
import { limitsOfPlan, RateLimiter } from "../../rate-limiter.ts";
import { AlphaVantageService } from "./alpha-vantage-service.ts";
import { keepingLog } from "./test-service.ts";

const QUESTION = { function: "global-quote", symbols: ["AAPL"], datatype: "csv", entitlement: "none" } as const;

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
