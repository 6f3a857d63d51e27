import { expect } from "chai";
import fc from "fast-check";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { LedgerClock } from "./ledger-clock.ts";

const NOW = Date.UTC(2026, 4, 15, 14);
const YEAR_MS = 365 * DAY_MS;

/** A machine: true time passes, the wall clock may be set, reboots begin anew. */
class Machine {
  wallMs = NOW;
  upMs = 5_000;
  boots = 1;
  knowsBoots = true;

  get boot() {
    return { bootId: this.knowsBoots ? `boot-${this.boots}` : null, sinceBootMs: () => this.upMs };
  }

  pass(ms: number): void {
    this.wallMs += ms;
    this.upMs += ms;
  }

  reboot(offMs: number): void {
    this.wallMs += offMs;
    this.upMs = 0;
    this.boots += 1;
  }
}

describe("LedgerClock", () => {
  function begin(): { machine: Machine; clock: LedgerClock; again: () => LedgerClock } {
    const machine = new Machine();
    const clock = new LedgerClock(null, machine.wallMs, machine.boot);
    return { machine, clock, again: () => new LedgerClock(clock.mark(), machine.wallMs, machine.boot) };
  }

  it("begins as the wall clock and runs with the time since boot", () => {
    const { machine, clock } = begin();
    expect(clock.now()).to.equal(NOW);
    machine.pass(HOUR_MS);
    expect(clock.now()).to.equal(NOW + HOUR_MS);
  });

  for (const [how, stepMs] of [
    ["forward by a day", DAY_MS],
    ["back by a year", -YEAR_MS],
  ] as const) {
    it(`does not care that the wall clock is set ${how}, within a process or between two`, () => {
      const { machine, clock, again } = begin();
      machine.wallMs += stepMs;
      machine.pass(MINUTE_MS);
      expect(clock.now()).to.equal(NOW + MINUTE_MS);
      expect(again().now()).to.equal(NOW + MINUTE_MS);
    });
  }

  it("counts the time in which no process ran", () => {
    const { machine, clock } = begin();
    const mark = clock.mark();
    machine.pass(HOUR_MS);
    expect(new LedgerClock(mark, machine.wallMs, machine.boot).now()).to.equal(NOW + HOUR_MS);
  });

  it("asks the wall clock how long the machine was off, and never goes back", () => {
    const { machine, clock } = begin();
    const mark = clock.mark();
    machine.reboot(2 * HOUR_MS);
    expect(new LedgerClock(mark, machine.wallMs, machine.boot).now()).to.equal(NOW + 2 * HOUR_MS);
    machine.wallMs = NOW - YEAR_MS;
    const back = new LedgerClock(mark, machine.wallMs, machine.boot);
    expect(back.now()).to.equal(NOW);
    machine.pass(MINUTE_MS);
    expect(back.now()).to.equal(NOW + MINUTE_MS);
  });

  it("goes by the wall clock where boots cannot be told apart", () => {
    const machine = new Machine();
    machine.knowsBoots = false;
    const mark = new LedgerClock(null, machine.wallMs, machine.boot).mark();
    machine.pass(HOUR_MS);
    expect(new LedgerClock(mark, machine.wallMs, machine.boot).now()).to.equal(NOW + HOUR_MS);
    expect(new LedgerClock(mark, NOW - YEAR_MS, machine.boot).now()).to.equal(NOW);
  });

  it("never runs ahead of time itself, over any steps and restarts within a boot, nor back over reboots", () => {
    const move = fc.oneof(
      fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: DAY_MS }) }),
      fc.record({ kind: fc.constant("step" as const), ms: fc.integer({ min: -YEAR_MS, max: YEAR_MS }) }),
      fc.record({ kind: fc.constant("restart" as const), ms: fc.constant(0) }),
      fc.record({ kind: fc.constant("reboot" as const), ms: fc.integer({ min: 0, max: DAY_MS }) }),
    );
    fc.assert(
      fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
        const machine = new Machine();
        let clock = new LedgerClock(null, machine.wallMs, machine.boot);
        for (const { kind, ms } of moves) {
          const before = clock.now();
          const mark = clock.mark();
          if (kind === "pass") machine.pass(ms);
          if (kind === "step") machine.wallMs += ms;
          if (kind === "reboot") machine.reboot(ms);
          if (kind !== "pass" && kind !== "step") clock = new LedgerClock(mark, machine.wallMs, machine.boot);
          const passed = clock.now() - before;
          expect(passed, kind).to.be.at.least(0);
          if (kind !== "reboot") expect(passed, kind).to.be.at.most(kind === "pass" ? ms : 0);
        }
      }),
    );
  });
});
