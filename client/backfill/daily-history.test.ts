import { expect } from "chai";
import { DAY_MS, HOUR_MS } from "../../domain/time.ts";
import { BackfillWorld } from "../testing/backfill-world.ts";
import { makeBar, OPENING_MS } from "../testing/make-quote.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { AnswerMemory } from "../planner/answer-memory.ts";
import { dueRequests, hasRoomForPast } from "./daily-room.ts";

const midnight = OPENING_MS - 9.5 * HOUR_MS;
const day = (before: number) =>
  makeBar("AAPL", 0, { quoteTimeMs: midnight - before * DAY_MS, periodMs: DAY_MS, fetchTimeMs: OPENING_MS + HOUR_MS });

describe("Backfill, daily history", () => {
  let world: BackfillWorld;
  const open = (options: ConstructorParameters<typeof BackfillWorld>[0] = {}) => (world = new BackfillWorld(options));
  afterEach(() => world.close());

  it("asks once for the days of a symbol that was answered for, and hands on those that were over", async () => {
    open().past.set("AAPL daily", [day(2), day(1), day(0)]);
    await world.answer([makeBar("AAPL", 0)]);
    await world.backfill.ended();
    expect(world.asked).to.deep.equal(["AAPL daily"]);
    expect(world.taken.slice(1)).to.deep.equal([day(2), day(1)]);
    await world.answer([makeBar("AAPL", 1)]);
    await world.backfill.ended();
    expect(world.asked).to.have.length(1);
  });

  it("tells the log how many came, and of none only whoever looks for it", async () => {
    const symbols = ["AAPL", "MSFT"];
    open({ watched: () => symbols.map((symbol) => ({ symbol, hasAlerts: false })) });
    world.past.set("AAPL daily", [day(2), day(1)]).set("MSFT daily", "no_data");
    for (const symbol of symbols) await world.answer([makeBar(symbol, 0)]);
    await world.backfill.ended();
    const told = world.log.lines.filter(({ message }) => message === "daily bars of the past");
    expect(told.map(({ level, fields }) => ({ level, ...fields }))).to.deep.equal([
      { level: "info", symbol: "AAPL", days: 2 },
      { level: "debug", symbol: "MSFT", days: 0 },
    ]);
  });

  it("asks first where somebody waits for the price", async () => {
    const symbols = ["MSFT", "AAPL", "IBM"];
    open({ watched: () => symbols.map((symbol) => ({ symbol, hasAlerts: symbol === "IBM" })) });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    world.hold = promise;
    for (const symbol of symbols) await world.answer([makeBar(symbol, 0)]);
    resolve(undefined);
    await world.backfill.ended();
    expect(world.asked).to.deep.equal(["MSFT daily", "IBM daily", "AAPL daily"]);
  });

  it("asks an hour later when it was not answered, and no more when there is nothing", async () => {
    open().past.set("AAPL daily", "outage");
    await world.answer([makeBar("AAPL", 0)]);
    await world.backfill.ended();
    await world.answer([makeBar("AAPL", 1)]);
    await world.backfill.ended();
    expect(world.asked).to.have.length(1);
    world.past.set("AAPL daily", "no_data");
    for (const minute of [2, 3]) {
      world.clock.advance(HOUR_MS);
      await world.answer([makeBar("AAPL", minute)]);
      await world.backfill.ended();
    }
    expect(world.asked).to.have.length(2);
  });

  it("asks for nothing while the key's requests are needed for rounds, or it has to wait", async () => {
    const times = Array.from({ length: 21 }, () => 0);
    const state = { day: { limit: 25, windowMs: DAY_MS, times }, heldUntilMs: null as number | null };
    open({ keyState: () => state });
    await world.answer([makeBar("AAPL", 0)]);
    await world.backfill.ended();
    expect(world.asked).to.have.length(0);
    times.pop();
    state.heldUntilMs = 1;
    await world.answer([makeBar("AAPL", 1)]);
    await world.backfill.ended();
    expect(world.asked).to.have.length(0);
    state.heldUntilMs = null;
    await world.answer([makeBar("AAPL", 2)]);
    await world.backfill.ended();
    expect(world.asked).to.deep.equal(["AAPL daily"]);
  });
});

describe("hasRoomForPast()", () => {
  it("keeps the requests of a round, and two", () => {
    const key = (used: number) => ({
      day: { limit: 25, windowMs: DAY_MS, times: Array.from({ length: used }, () => 0) },
      heldUntilMs: null,
    });
    expect(hasRoomForPast(key(12), 10)).to.equal(true);
    expect(hasRoomForPast(key(13), 10)).to.equal(false);
    expect(hasRoomForPast({ day: null, heldUntilMs: null }, 1e9)).to.equal(true);
  });
});

describe("dueRequests()", () => {
  const watched = ["AAPL", "IBM", "MSFT"].map((symbol) => ({ symbol, hasAlerts: false }));

  it("counts the next round, and what the first has not brought yet", () => {
    const answers = new AnswerMemory(new FakeClock(0));
    expect(dueRequests(watched, { symbolsARequest: 1 }, answers)).to.equal(6);
    answers.noteAnswer("AAPL", [], 0);
    answers.noteFailure("IBM", 1);
    expect(dueRequests(watched, { symbolsARequest: 1 }, answers)).to.equal(5);
    expect(dueRequests(watched, { symbolsARequest: 100 }, answers)).to.equal(2);
    expect(dueRequests(watched, { symbolsARequest: 1 }, null)).to.equal(3);
  });
});
