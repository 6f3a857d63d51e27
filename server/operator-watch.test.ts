import { expect } from "chai";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../domain/time.ts";
import type { SystemTrouble } from "../domain/system-trouble.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { eventually } from "../test/support/eventually.ts";
import { OperatorWatch } from "./operator-watch.ts";

const LITTLE = 1_000_000;

function watched() {
  const clock = new FakeClock(Date.parse("2026-06-07T12:00:00Z"));
  const told: string[] = [];
  const free = { bytes: LITTLE };
  const unless: number[] = [];
  let wakes = 0;
  const tellOperators = ({ kind, detail }: SystemTrouble, sinceMs: number) => {
    told.push(`${kind}: ${detail}`);
    unless.push((clock.now() - sinceMs) / HOUR_MS);
    return Promise.resolve();
  };
  const watch = new OperatorWatch({
    notifications: { tellOperators },
    look: () =>
      Promise.resolve({
        startTimeMs: clock.now(),
        sources: [],
        prices: [],
        mailTrouble: null,
        certificates: [],
        freeBytes: free.bytes,
      }),
    onTold: () => (wakes += 1),
    clock,
    log: createLog("test", "silent"),
  });
  return { watch, clock, told, unless, free, wakes: () => wakes };
}

describe("OperatorWatch", () => {
  it("tells a trouble when it begins, and a day later if it lasts", async () => {
    const { watch, clock, told, wakes } = watched();
    for (let minute = 0; minute < 24 * 60; minute += 60) {
      await watch.look();
      clock.advance(HOUR_MS);
    }
    expect([told.length, wakes()]).to.deep.equal([1, 1]);
    clock.advance(MINUTE_MS);
    await watch.look();
    expect(told).to.deep.equal(Array(2).fill("DISK_NEARLY_FULL: 1 MB are left on the disk of the database"));
  });

  it("tells it again when it was over and begins anew", async () => {
    const { watch, told, unless, free } = watched();
    for (const bytes of [LITTLE, 10 ** 12, LITTLE]) {
      free.bytes = bytes;
      await watch.look();
    }
    expect(told).to.have.length(2);
    expect(unless, "the first one may have been told before a restart").to.deep.equal([24, 0]);
  });

  it("tells each step of the clock, and none when time passes", async () => {
    const { watch, clock, told, free } = watched();
    free.bytes = 10 ** 12;
    await watch.look();
    clock.advance(DAY_MS);
    await watch.look();
    clock.step(HOUR_MS);
    await watch.look();
    clock.step(-HOUR_MS);
    await watch.look();
    await watch.look();
    expect(told).to.deep.equal([
      "CLOCK_STEPPED: the server's clock was set 1h forward, or the machine slept",
      "CLOCK_STEPPED: the server's clock was set 1h back",
    ]);
  });

  it("looks every minute while it runs", async () => {
    const { watch, clock, told } = watched();
    watch.start();
    await eventually("a look", () => clock.sleeping === 1);
    expect(told).to.deep.equal([]);
    clock.advance(MINUTE_MS);
    await eventually("a look", () => told.length === 1);
    await watch.close();
  });
});
