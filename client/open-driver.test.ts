import { expect } from "chai";
import { SourceState } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { FetchRound } from "./fetch-round.ts";
import { FetcherStanding } from "./fetcher-standing.ts";
import { openDriver } from "./open-driver.ts";
import type { StreamingSource } from "./sources/source.ts";
import { LEAST_MS } from "./stream-driver.ts";
import { forgetfulRequests } from "./testing/forgetful-requests.ts";
import { RecordedLog } from "./testing/recorded-log.ts";
import { until } from "./testing/until.ts";

/** A driver of a source that is listened to and says nothing. */
function open() {
  const clock = new FakeClock(1_000_000);
  const log = new RecordedLog();
  const stop = new AbortController();
  const heard: (readonly string[])[] = [];
  const source: StreamingSource = {
    name: "quiet",
    cadenceMs: 250,
    fetch: async function* () {},
    stream: async function* (symbols, signal) {
      heard.push(symbols);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      signal.throwIfAborted();
    },
  };
  const watched = { symbols: ["BTCUSDT"], current: [] };
  const state = { size: 0, capacity: 1, oldestFetchTimeMs: null, refusedCount: 0 };
  const standing = new FetcherStanding({
    ...{ clock, log, sourceName: "binance", followsServer: false, canSearch: false, spool: { state } },
    symbols: () => watched.symbols,
    keyState: () => ({ day: null, heldUntilMs: null }),
  });
  const sink = { put: () => Promise.resolve() };
  const driver = openDriver({
    ...{ source, schedule: null, ...forgetfulRequests(clock), watched, standing, clock, log, signal: stop.signal },
    round: () => new FetchRound({ source, sink, log }),
  });
  return { clock, driver, watched, heard, standing, log, stop, running: driver.run() };
}

describe("openDriver()", () => {
  it("calls no source silent that was left because the symbols changed", async () => {
    const { clock, driver, watched, heard, standing, log, stop, running } = open();
    await until(() => heard.length === 1);
    clock.advance(LEAST_MS);
    watched.symbols = ["BTCUSDT", "ETHUSDT"];
    driver.replan(["ETHUSDT"]);
    await until(() => heard.length === 2);
    expect(standing.report()).to.include({ sourceState: SourceState.UNSPECIFIED, sourceDetail: "" });
    stop.abort();
    await running;
    expect(log.messages).to.eql([]);
  });
});
