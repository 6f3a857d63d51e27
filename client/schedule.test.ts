import { expect } from "chai";
import { setImmediate as nextTick } from "node:timers/promises";
import { AppError } from "../domain/error.ts";
import { HOUR_MS, MINUTE_MS } from "../domain/time.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { checkCron, runSchedule } from "./schedule.ts";

const START = Date.UTC(2026, 4, 15, 13, 30, 0, 500); // 09:30:00.5 in New York

interface World {
  readonly clock: FakeClock;
  readonly rounds: number[];
  readonly stop: AbortController;
  readonly ended: Promise<unknown>;
}

function start(
  cron: string,
  round: (signal: AbortSignal, clock: FakeClock) => Promise<void> = () => Promise.resolve(),
  now = START,
): World {
  const clock = new FakeClock(now);
  const rounds: number[] = [];
  const stop = new AbortController();
  const onRound = (signal: AbortSignal): Promise<void> => {
    rounds.push(clock.now());
    return round(signal, clock);
  };
  const ended = runSchedule({ cron, timeZone: "America/New_York", clock, signal: stop.signal, onRound }).then(
    () => "stopped",
    (error: unknown) => error,
  );
  return { clock, rounds, stop, ended };
}

async function pass(clock: FakeClock, ms: number, stepMs: number): Promise<void> {
  await nextTick();
  for (let passed = 0; passed < ms; passed += stepMs) {
    clock.advance(stepMs);
    await nextTick();
  }
}

describe("runSchedule()", () => {
  it("runs at once, then at every time of a line with seconds", async () => {
    const { clock, rounds, stop, ended } = start("*/2 * * * * *");
    await pass(clock, 6_000, 250);
    stop.abort();
    expect(await ended).to.equal("stopped");
    expect(rounds.map((time) => time - START)).to.deep.equal([0, 1_500, 3_500, 5_500]);
  });

  it("says when the next round begins, before it waits for it, and that there is none", async () => {
    const plans: (number | null)[] = [];
    const following: (number | null)[] = [];
    const onPlan = (time: number | null, after: number | null) => {
      plans.push(time);
      following.push(after);
    };
    const clock = new FakeClock(START);
    const stop = new AbortController();
    const options = { timeZone: "America/New_York", clock, signal: stop.signal, onRound: () => Promise.resolve() };
    const ended = runSchedule({ ...options, cron: "*/2 * * * * *", onPlan });
    await pass(clock, 2_000, 250);
    stop.abort();
    await ended;
    expect(plans).to.eql([START + 1_500, START + 3_500]);
    expect(following).to.eql([START + 3_500, START + 5_500]);
    const once = new AbortController();
    await runSchedule({
      ...options,
      signal: once.signal,
      cron: "0 0 0 1 1 * 2020",
      onPlan,
    });
    expect([plans.at(-1), following.at(-1)]).to.eql([null, null]);
  });

  it("means the clocks of the zone, on the day the clocks change too", async () => {
    const before = Date.UTC(2026, 2, 7, 20); // Saturday; on Sunday New York goes to summer time
    const { clock, rounds, stop, ended } = start("30 9 * * *", undefined, before);
    await pass(clock, 48 * HOUR_MS, 15 * MINUTE_MS);
    stop.abort();
    await ended;
    expect(rounds.slice(1)).to.deep.equal([Date.UTC(2026, 2, 8, 13, 30), Date.UTC(2026, 2, 9, 13, 30)]);
  });

  it("never begins a round before the last has ended, and leaves out the times that passed", async () => {
    let running = 0;
    let most = 0;
    const slow = start("* * * * * *", async (_, clock) => {
      running += 1;
      most = Math.max(most, running);
      await clock.sleep(2_300);
      running -= 1;
    });
    await pass(slow.clock, 6_000, 100);
    slow.stop.abort();
    await pass(slow.clock, 3_000, 100);
    expect(await slow.ended).to.equal("stopped");
    expect(most).to.equal(1);
    expect(slow.rounds.map((time) => time - START)).to.deep.equal([0, 2_500, 5_500]);
  });

  it("notices that the clock was set back", async () => {
    const { clock, rounds, stop, ended } = start("0 * * * *");
    await nextTick();
    clock.step(-2 * HOUR_MS); // 07:30
    await pass(clock, 31 * MINUTE_MS, 30_000);
    stop.abort();
    await ended;
    expect(rounds.slice(1)).to.have.lengthOf(1);
  });

  it("stops at once in the middle of a sleep, with nobody left sleeping", async () => {
    const { clock, stop, ended } = start("0 0 1 1 *");
    await nextTick();
    expect(clock.sleeping).to.equal(1);
    stop.abort();
    expect(await ended).to.equal("stopped");
    expect(clock.sleeping).to.equal(0);
  });

  it("stops quietly when a round gives up because of the signal", async () => {
    const { stop, ended } = start("* * * * *", (signal) => new FakeClock(0).sleep(1_000, signal));
    await nextTick();
    stop.abort(new Error("stop"));
    expect(await ended).to.equal("stopped");
  });

  it("passes on what a round throws", async () => {
    const { ended } = start("* * * * *", () => Promise.reject(new Error("a defect")));
    expect(await ended)
      .to.be.instanceOf(Error)
      .with.property("message", "a defect");
  });

  it("ends when no time is left", async () => {
    const { rounds, ended } = start("0 0 0 1 1 * 2020");
    expect(await ended).to.equal("stopped");
    expect(rounds).to.have.lengthOf(1);
  });

  for (const [cron, timeZone] of [
    ["every now and then", "America/New_York"],
    ["61 * * * *", "America/New_York"],
    ["* * * * *", "Mars/Olympus"],
  ] as const) {
    it(`refuses "${cron}" in ${timeZone} before the first round`, async () => {
      const clock = new FakeClock(START);
      const onRound = (): Promise<void> => Promise.reject(new Error("ran"));
      const { signal } = new AbortController();
      const error: unknown = await runSchedule({ cron, timeZone, clock, signal, onRound }).catch(
        (caught: unknown) => caught,
      );
      expect(error).to.be.instanceOf(AppError).with.property("reason", "CONFIG_INVALID");
    });
  }
});

describe("checkCron()", () => {
  it("takes a line with or without seconds", () => {
    checkCron("*/2 * * * * *", "America/New_York");
    checkCron("15 18 * * 1-5", "America/New_York");
  });

  it("refuses what a schedule would refuse", () => {
    expect(() => checkCron("tomorrow", "America/New_York")).to.throw(AppError, /"tomorrow" in America\/New_York/);
  });
});
