import { expect } from "chai";
import { setImmediate as nextTick } from "node:timers/promises";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../domain/time.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { DAY_WINDOW_MS, limitsOfPlan, RateLimiter, type Grant, type RateLimits } from "./rate-limiter.ts";
import { forgetfulMemory } from "./request-memory.ts";
import { ANSWER_MS_MAX } from "./sources/fetch-answer.ts";

const NO_LIMITS: RateLimits = { spacingMs: 0, perMinute: null, perDay: null };
const never = new AbortController().signal;

function world(limits: Partial<RateLimits>, random = () => 0): { clock: FakeClock; limiter: RateLimiter } {
  const clock = new FakeClock(0);
  return { clock, limiter: new RateLimiter({ ...NO_LIMITS, ...limits }, clock, undefined, random) };
}

/** Asks `count` times at once and notes who was let through, and when. */
function ask(limiter: RateLimiter, clock: FakeClock, count: number): { times: [number, number][]; denied: Grant[] } {
  const seen = { times: [] as [number, number][], denied: [] as Grant[] };
  for (let index = 0; index < count; index += 1) {
    void limiter.acquire(never).then((grant) => {
      if (grant.granted) seen.times.push([index, clock.now()]);
      else seen.denied.push(grant);
    });
  }
  return seen;
}

async function pass(clock: FakeClock, ms: number, stepMs = 100): Promise<void> {
  await nextTick();
  for (let passed = 0; passed < ms; passed += stepMs) {
    clock.advance(stepMs);
    await nextTick();
  }
}

describe("RateLimiter", () => {
  it("lets everybody through at once without limits", async () => {
    const { clock, limiter } = world({});
    const seen = ask(limiter, clock, 100);
    await nextTick();
    expect(seen.times).to.have.lengthOf(100);
  });

  it("keeps the spacing, first come first served", async () => {
    const { clock, limiter } = world({ spacingMs: 1_200 });
    const seen = ask(limiter, clock, 4);
    await pass(clock, 4_000);
    expect(seen.times).to.deep.equal([
      [0, 0],
      [1, 1_200],
      [2, 2_400],
      [3, 3_600],
    ]);
  });

  it("leaves up to half as much again between two, by chance", async () => {
    const { clock, limiter } = world({ spacingMs: 1_200 }, () => 0.999);
    const seen = ask(limiter, clock, 3);
    await pass(clock, 4_000);
    expect(seen.times.map(([, time]) => time)).to.deep.equal([0, 1_800, 3_600]);
  });

  it("gives no more than so many in any minute", async () => {
    const { clock, limiter } = world({ perMinute: 3 });
    const seen = ask(limiter, clock, 7);
    await pass(clock, 2 * MINUTE_MS, 1_000);
    expect(seen.times.map(([, time]) => time)).to.deep.equal([0, 0, 0, 60_000, 60_000, 60_000, 120_000]);
  });

  it("sends away who would wait for the next day, and says until when", async () => {
    const { clock, limiter } = world({ perDay: 2 });
    expect((await limiter.acquire(never)).granted).to.equal(true);
    clock.advance(300_000);
    expect((await limiter.acquire(never)).granted).to.equal(true);
    expect(await limiter.acquire(never)).to.deep.equal({
      granted: false,
      because: "daily_quota",
      retryAfterMs: DAY_WINDOW_MS - 300_000,
    });
    clock.advance(DAY_WINDOW_MS - 300_000);
    expect((await limiter.acquire(never)).granted).to.equal(true);
    expect((await limiter.acquire(never)).granted, "the day rolls: five more minutes are missing").to.equal(false);
  });

  it("goes by the monotonic clock: setting the wall clock frees nothing", async () => {
    const { clock, limiter } = world({ perDay: 1 });
    await limiter.acquire(never);
    clock.step(2 * DAY_MS);
    expect((await limiter.acquire(never)).granted).to.equal(false);
  });

  it("holds off as long as the service said, and a shorter word does not end it", async () => {
    const { clock, limiter } = world({});
    limiter.holdOff(600_000, "throttle");
    limiter.holdOff(1_000, "throttle");
    const refused = { granted: false, because: "throttle", retryAfterMs: 600_000 };
    expect(await limiter.acquire(never)).to.deep.equal(refused);
    clock.advance(600_000);
    expect((await limiter.acquire(never)).granted).to.equal(true);
  });

  it("holds off 1, 2 and then 4 hours after daily refusals, until there is an answer", async () => {
    const { clock, limiter } = world({});
    const holds: number[] = [];
    for (let time = 0; time < 4; time += 1) {
      limiter.holdOff(1_000, "daily_quota");
      limiter.holdOff(1_000, "daily_quota"); // was asked before the hold began
      const grant = await limiter.acquire(never);
      if (!grant.granted) holds.push(grant.retryAfterMs / HOUR_MS);
      clock.advance(4 * HOUR_MS);
    }
    expect(holds).to.deep.equal([1, 2, 4, 4]);
    limiter.noteAnswer();
    limiter.holdOff(1_000, "daily_quota");
    expect(limiter.state.heldUntilMs).to.equal(clock.now() + HOUR_MS);
    limiter.noteAnswer(); // to what was asked before the hold began
    clock.advance(HOUR_MS);
    limiter.holdOff(1_000, "daily_quota");
    expect(limiter.state.heldUntilMs).to.equal(clock.now() + 2 * HOUR_MS);
  });

  it("tells what is used of the day, by the wall clock, whatever that was set to meanwhile", async () => {
    const { clock, limiter } = world({ perDay: 2 });
    expect(limiter.state).to.deep.equal({ day: { limit: 2, windowMs: DAY_WINDOW_MS, times: [] }, heldUntilMs: null });
    await limiter.acquire(never);
    clock.advance(1_000);
    clock.step(HOUR_MS);
    await limiter.acquire(never);
    const now = clock.now();
    expect(limiter.state.day?.times).to.deep.equal([now - 1_000, now]);
    clock.advance(DAY_WINDOW_MS - 1_000);
    expect(limiter.state.day?.times).to.deep.equal([now]);
    expect(world({}).limiter.state.day).to.equal(null);
  });

  it("tells the same moment again while its clocks only tick unevenly", async () => {
    const clock = new FakeClock(0);
    const world = { aheadMs: 0 };
    const memory = { ...forgetfulMemory(clock), now: () => clock.monotonic() + world.aheadMs };
    const limiter = new RateLimiter({ ...NO_LIMITS, perDay: 2 }, clock, memory);
    await limiter.acquire(never);
    const told = limiter.state;
    clock.advance(MINUTE_MS);
    world.aheadMs = 10;
    expect(limiter.state).to.deep.equal(told);
  });

  it("sends nothing that cannot be written down", async () => {
    const clock = new FakeClock(0);
    const memory = { ...forgetfulMemory(clock), record: () => false };
    const limiter = new RateLimiter(NO_LIMITS, clock, memory);
    expect(await limiter.acquire(never)).to.deep.equal({
      granted: false,
      because: "throttle",
      retryAfterMs: MINUTE_MS,
    });
  });

  it("waits out a short hold", async () => {
    const { clock, limiter } = world({});
    limiter.holdOff(2_000, "throttle");
    const seen = ask(limiter, clock, 1);
    await pass(clock, 3_000);
    expect(seen.times).to.deep.equal([[0, 2_000]]);
  });

  it("lets who gives up go at once, and nobody overtakes because of it", async () => {
    const { clock, limiter } = world({ spacingMs: 1_000 });
    const first = ask(limiter, clock, 2);
    const impatient = new AbortController();
    const given = limiter.acquire(impatient.signal).then(
      () => "granted",
      (error: unknown) => error,
    );
    const last = ask(limiter, clock, 1);
    await nextTick();
    impatient.abort(new Error("enough"));
    expect(await given)
      .to.be.instanceOf(Error)
      .with.property("message", "enough");
    await nextTick();
    expect(clock.sleeping, "only the head of the queue waits for room").to.equal(1);
    await pass(clock, 3_000);
    expect(first.times.map(([, time]) => time)).to.deep.equal([0, 1_000]);
    expect(last.times).to.deep.equal([[0, 2_000]]);
  });

  it("lets go of a sleeper whose signal ends, and the next takes the turn", async () => {
    const { clock, limiter } = world({ spacingMs: 1_000 });
    await limiter.acquire(never);
    const sleeper = new AbortController();
    const slept = limiter.acquire(sleeper.signal).catch((error: unknown) => error);
    const next = ask(limiter, clock, 1);
    await nextTick();
    sleeper.abort(new Error("stop"));
    expect(await slept).to.be.instanceOf(Error);
    await pass(clock, 1_000);
    expect(next.times).to.deep.equal([[0, 1_000]]);
  });

  it("refuses at once when the signal has ended already", async () => {
    const { limiter } = world({});
    const error: unknown = await limiter
      .acquire(AbortSignal.abort(new Error("over")))
      .catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(Error).with.property("message", "over");
    expect((await limiter.acquire(never)).granted).to.equal(true);
  });
});

describe("DAY_WINDOW_MS", () => {
  it("is longer than a day by as much as a request may be longer on its way than the one before", () => {
    expect(DAY_WINDOW_MS - DAY_MS).to.be.at.least(ANSWER_MS_MAX);
  });
});

describe("limitsOfPlan()", () => {
  it("spaces free requests by 1.2 s and counts 25 a day", () => {
    expect(limitsOfPlan("free")).to.deep.equal({ spacingMs: 1_200, perMinute: null, perDay: 25 });
  });

  it("stays one below what a paid plan allows, and below its bursts", () => {
    expect(limitsOfPlan("75")).to.deep.equal({ spacingMs: 220, perMinute: 74, perDay: null });
    expect(limitsOfPlan("1200")).to.deep.equal({ spacingMs: 50, perMinute: 1199, perDay: null });
  });

  it("knows a plan without limits", () => {
    expect(limitsOfPlan("unlimited")).to.deep.equal(NO_LIMITS);
  });
});
