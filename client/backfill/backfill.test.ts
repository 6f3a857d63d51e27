import { expect } from "chai";
import type { Quote } from "../../domain/quote.ts";
import { HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { BackfillWorld } from "../testing/backfill-world.ts";
import { makeBar, makeTick, OPENING_MS } from "../testing/make-quote.ts";
import { until } from "../testing/until.ts";
import { LATE_MS_MAX } from "./hole.ts";

const bars = (from: number, before: number, symbol = "AAPL"): Quote[] =>
  Array.from({ length: before - from }, (_, index) => makeBar(symbol, from + index));
const range = (from: number, before: number): number[] =>
  Array.from({ length: before - from }, (_, index) => from + index);

describe("Backfill, holes", () => {
  const worlds: BackfillWorld[] = [];
  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.close();
  });
  /** One whose daily bars are there, so that only holes are asked for. */
  function open(...options: ConstructorParameters<typeof BackfillWorld>): BackfillWorld {
    const world = new BackfillWorld(...options);
    for (const symbol of ["AAPL", "IBM"]) world.memory.noteDaily(symbol, 0);
    worlds.push(world);
    return world;
  }

  it("lets through what goes back to what is known, though minutes in it have no bar, and asks for nothing", async () => {
    const world = open();
    await world.answer([...bars(0, 3), ...bars(5, 8)]);
    await world.answer(bars(7, 9), [makeBar("AAPL", 8)]);
    await world.backfill.filled();
    expect(world.minutes).to.deep.equal([0, 1, 2, 5, 6, 7, 8]);
    expect(world.asked).to.deep.equal([]);
  });

  it("hands on what was missing before what is newer, whatever comes meanwhile", async () => {
    const world = open();
    await world.answer(bars(0, 3));
    world.past.set("AAPL 2026-05", bars(-5, 12));
    const { promise, resolve } = Promise.withResolvers<undefined>();
    world.hold = promise;
    await world.answer(bars(10, 12));
    await world.answer(bars(10, 13), [makeBar("AAPL", 12)]);
    await world.answer(bars(4, 6, "IBM"));
    expect(world.minutes).to.deep.equal([0, 1, 2, 4, 5]);
    resolve(undefined);
    await world.backfill.filled();
    expect(world.minutes.slice(5)).to.deep.equal([...range(3, 10), 10, 11, 12]);
    expect(world.asked).to.deep.equal(["AAPL 2026-05"]);
    await world.answer(bars(11, 14), [makeBar("AAPL", 13)]);
    expect(world.minutes.at(-1)).to.equal(13);
  });

  it("asks again for what the service is behind with, and for the whole of a bar that was forming", async () => {
    const world = open();
    const forming = makeBar("AAPL", 2, { fetchTimeMs: OPENING_MS + 2.5 * MINUTE_MS });
    await world.answer([...bars(0, 2), forming]);
    world.past.set("AAPL 2026-05", bars(0, 6));
    await world.answer(bars(10, 12));
    await until(() => world.minutes.length === 7);
    world.past.set("AAPL 2026-05", bars(0, 12));
    world.clock.advance(2 * MINUTE_MS);
    await world.backfill.filled();
    expect(world.minutes).to.deep.equal([0, 1, 2, ...range(2, 12)]);
    expect(world.asked).to.have.length(2);
  });

  it("gives up what does not come within a quarter of an hour, and says so before newer prices go on", async () => {
    const world = open();
    await world.answer(bars(0, 3));
    world.past.set("AAPL 2026-05", "throttle");
    await world.answer(bars(10, 11));
    for (let minute = 0; minute < 14; minute += 1) {
      world.clock.advance(MINUTE_MS);
      await new Promise(setImmediate);
    }
    expect(world.minutes).to.deep.equal([0, 1, 2]);
    world.clock.advance(LATE_MS_MAX - 14 * MINUTE_MS);
    await world.backfill.filled();
    expect(world.minutes).to.deep.equal([0, 1, 2, "3-10", 10]);
    expect(world.taken.at(-2)).to.include({ symbol: "AAPL", periodMs: MINUTE_MS });
    expect(world.asked.length).to.be.within(5, 8);
    expect(world.log.messages).to.include("prices are missing for good");
  });

  it("fails by a defect once in two minutes, not as fast as it can", async () => {
    const world = open({ gaps: { putGaps: () => Promise.reject(new Error("a defect")) } });
    await world.answer(bars(0, 3));
    await world.answer(bars(10, 11));
    await until(() => world.asked.length > 0);
    const failures = async (afterMs: number): Promise<number> => {
      world.clock.advance(afterMs);
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      return world.log.messages.filter((one) => one === "the past cannot be asked for").length;
    };
    expect([await failures(LATE_MS_MAX), await failures(0), await failures(2 * MINUTE_MS)]).to.deep.equal([1, 1, 2]);
  });

  it("gives up at once what the key's plan does not include, what is too old, and whatever the source cannot tell", async () => {
    const world = open();
    await world.answer(bars(0, 3));
    world.past.set("AAPL 2026-05", "not_entitled");
    await world.answer(bars(10, 11));
    await world.backfill.filled();
    expect(world.minutes).to.deep.equal([0, 1, 2, "3-10", 10]);
    const without = open({ source: null });
    await without.answer(bars(0, 3));
    await without.answer(bars(10, 11));
    expect(without.minutes).to.deep.equal([0, 1, 2, "3-10", 10]);
    const old = open();
    const minute = 40 * 24 * 60;
    await old.answer(bars(0, 3));
    await old.answer(bars(minute, minute + 1));
    expect(old.minutes).to.deep.equal([0, 1, 2, `3-${minute - 30 * 24 * 60}`]);
  });

  it("asks once where nothing may wait: for each month that is missing", async () => {
    const world = open({ lateMsMax: 0 });
    await world.answer(bars(0, 3));
    world.past.set("AAPL 2026-05", bars(0, 12));
    await world.answer(bars(10, 12));
    await world.backfill.filled();
    expect(world.minutes).to.deep.equal(range(0, 12));
    const june = 20 * 24 * 60;
    const later = { fetchTimeMs: OPENING_MS + 21 * 24 * HOUR_MS };
    world.past.set("AAPL 2026-05", [makeBar("AAPL", 20, later)]);
    world.past.set("AAPL 2026-06", "outage");
    await world.answer(bars(june, june + 1));
    await world.backfill.filled();
    expect(world.asked.slice(1)).to.deep.equal(["AAPL 2026-05", "AAPL 2026-06"]);
    expect(world.minutes.slice(12)).to.deep.equal([
      20,
      `${(Date.UTC(2026, 5, 1, 4) - OPENING_MS) / MINUTE_MS}-${june}`,
      june,
    ]);
  });

  it("remembers over restarts how far it came", async () => {
    const first = open();
    await first.answer(bars(0, 3));
    const next = open({}, first.memory);
    next.past.set("AAPL 2026-05", bars(0, 12));
    await next.answer(bars(10, 12));
    await next.backfill.filled();
    expect(next.minutes).to.deep.equal(range(3, 12));
  });

  it("is not fooled by a machine that slept while prices waited", async () => {
    const world = open();
    await world.answer(bars(0, 3));
    world.past.set("AAPL 2026-05", "outage");
    await world.answer(bars(10, 12));
    await world.answer(bars(50, 52));
    world.past.set("AAPL 2026-05", bars(0, 52));
    world.clock.advance(2 * MINUTE_MS);
    await world.backfill.filled();
    expect(world.minutes).to.deep.equal([0, 1, 2, "3-10", 10, 11, ...range(12, 50), 50, 51]);
  });

  it("looks for none where prices come by the day", async () => {
    const world = open({ looksForHoles: false });
    await world.answer(bars(0, 3));
    await world.answer(bars(10, 12));
    expect(world.minutes).to.deep.equal([0, 1, 2, 10, 11]);
  });

  it("says that ticks are missing after as many minutes of trading, and asks for none", async () => {
    const world = open();
    await world.answer([makeTick("AAPL", 0, 100)]);
    await world.answer([makeTick("AAPL", 5 * MINUTE_MS, 101)]);
    await world.answer([makeTick("AAPL", 11 * MINUTE_MS, 101)]);
    expect(world.minutes).to.deep.equal([0, 5, "5-11", 11]);
    // A symbol that is not traded is answered for all the same.
    await world.answer([makeTick("AAPL", 11 * MINUTE_MS, 101, OPENING_MS + 30 * MINUTE_MS)], []);
    await world.answer([makeTick("AAPL", 31 * MINUTE_MS, 101)]);
    expect(world.minutes.slice(4)).to.deep.equal([31]);
    expect(world.asked).to.deep.equal([]);
    const scheduled = open({ tickHoleMs: () => null });
    await scheduled.answer([makeTick("AAPL", 0, 100)]);
    await scheduled.answer([makeTick("AAPL", HOUR_MS, 101)]);
    expect(scheduled.minutes).to.deep.equal([0, 60]);
  });
});
