import { expect } from "chai";
import { setImmediate as nextTurn } from "node:timers/promises";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { LEAST_MS, StreamDriver } from "./stream-driver.ts";
import { until } from "./testing/until.ts";

/** A driver of streams that go on until they are told to end, or break. */
function open(first: readonly string[]) {
  const clock = new FakeClock(1_000_000);
  const stop = new AbortController();
  const state = { symbols: first, streams: [] as (readonly string[])[], breaks: () => undefined as unknown, plans: 0 };
  const driver = new StreamDriver({
    source: { cadenceMs: 250 },
    watched: () => state.symbols,
    clock,
    signal: stop.signal,
    onStream: (symbols, signal) => {
      state.streams.push(symbols);
      return new Promise((resolve) => {
        state.breaks = () => resolve();
        signal.addEventListener("abort", () => resolve());
      });
    },
    onPlan: (plans, nextTime) => {
      expect(nextTime).to.equal(null);
      expect(plans.every(({ cadenceMs }) => cadenceMs === 250)).to.equal(true);
      state.plans += 1;
    },
  });
  return { clock, stop, state, driver, running: driver.run() };
}

describe("StreamDriver", () => {
  it("listens to other symbols when they change, and to none while there are none", async () => {
    const { clock, state, driver, stop, running } = open([]);
    await until(() => state.plans === 1);
    expect(state.streams).to.eql([]);
    state.symbols = ["BTCUSDT"];
    driver.replan();
    await until(() => state.streams.length === 1);
    state.symbols = ["BTCUSDT", "ETHUSDT"];
    clock.advance(LEAST_MS);
    driver.replan();
    await until(() => state.streams.length === 2);
    stop.abort();
    await running;
    expect(state.streams).to.eql([["BTCUSDT"], ["BTCUSDT", "ETHUSDT"]]);
  });

  it("goes on listening when only the alerts on the symbols have changed", async () => {
    const { clock, state, driver, stop, running } = open(["BTCUSDT", "ETHUSDT"]);
    await until(() => state.streams.length === 1);
    clock.advance(LEAST_MS);
    state.symbols = ["ETHUSDT", "BTCUSDT"];
    driver.replan();
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    state.symbols = ["BTCUSDT"];
    driver.replan();
    await until(() => state.streams.length === 2);
    expect(state.streams).to.eql([["BTCUSDT", "ETHUSDT"], ["BTCUSDT"]]);
    stop.abort();
    await running;
  });

  it("goes on for two seconds with a stream that has just begun, however often the symbols change", async () => {
    const { clock, state, driver, stop, running } = open(["BTCUSDT"]);
    await until(() => state.streams.length === 1);
    for (let at = 0; at < 100; at += 1) {
      state.symbols = [...state.symbols, `COIN${at}USDT`];
      driver.replan();
    }
    await until(() => clock.sleeping === 1);
    clock.advance(LEAST_MS - 1);
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    expect(state.streams).to.have.length(1);
    clock.advance(1);
    await until(() => state.streams.length === 2);
    expect(state.streams[1]).to.have.length(101);
    stop.abort();
    await running;
  });

  it("listens again five seconds after a stream that broke", async () => {
    const { clock, state, stop, running } = open(["BTCUSDT"]);
    await until(() => state.streams.length === 1);
    state.breaks();
    await until(() => clock.sleeping === 1);
    clock.advance(4_999);
    expect(state.streams).to.have.length(1);
    clock.advance(1);
    await until(() => state.streams.length === 2);
    stop.abort();
    await running;
  });
});
