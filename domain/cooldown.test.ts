import { expect } from "chai";
import fc from "fast-check";
import type { Cooldown, Instant } from "./cooldown.ts";
import { DRIFT_MS, carryOver, isOpen, laterCooldown, remainingMs, rewriteWallEnd, takeCooldown } from "./cooldown.ts";
import { HOUR_MS, SECOND_MS } from "./time.ts";

const NOW: Instant = { wallMs: Date.UTC(2026, 10, 23, 15, 0, 0), monoMs: 9_000_000 };

function later(ms: number, wallStepMs = 0): Instant {
  return { wallMs: NOW.wallMs + ms + wallStepMs, monoMs: NOW.monoMs + ms };
}

describe("takeCooldown()", () => {
  it("holds the second mail back for an hour, to the millisecond", () => {
    const cooldown = takeCooldown(NOW);
    expect(isOpen(cooldown, later(HOUR_MS - 1))).to.equal(false);
    expect(isOpen(cooldown, later(HOUR_MS))).to.equal(true);
    expect(remainingMs(cooldown, later(1))).to.equal(HOUR_MS - 1);
  });

  it("counts from the end of a lease that was just given", () => {
    expect(remainingMs(takeCooldown(NOW, 45 * SECOND_MS), NOW)).to.equal(HOUR_MS + 45 * SECOND_MS);
  });

  it("is not moved by whoever sets the wall clock", () => {
    for (const step of [HOUR_MS, 25 * HOUR_MS, -HOUR_MS, -25 * HOUR_MS]) {
      expect(isOpen(takeCooldown(NOW), later(HOUR_MS - 1, step)), `${step}`).to.equal(false);
      expect(isOpen(takeCooldown(NOW), later(HOUR_MS, step)), `${step}`).to.equal(true);
    }
  });
});

describe("isOpen()", () => {
  it("is true where nothing was mailed yet", () => {
    expect(isOpen(null, NOW)).to.equal(true);
  });
});

describe("laterCooldown()", () => {
  it("never shortens", () => {
    const [short, long] = [takeCooldown(NOW), takeCooldown(NOW, 1)];
    expect(laterCooldown(short, long)).to.equal(long);
    expect(laterCooldown(long, short)).to.equal(long);
    expect(laterCooldown(null, short)).to.equal(short);
  });
});

describe("carryOver()", () => {
  const cooldown = takeCooldown(NOW);
  const afterBoot = (wallMs: number): Instant => ({ wallMs, monoMs: 20_000 });
  const remainingAfter = (stored: Cooldown, now: Instant) => remainingMs(carryOver(stored, "old", now, "new"), now);

  it("keeps the very same cooldown within one boot, whatever the wall clock says", () => {
    expect(carryOver(cooldown, "boot", later(60_000, 25 * HOUR_MS), "boot")).to.equal(cooldown);
  });

  it("keeps one that was just taken with a lease, though it ends more than an hour ahead", () => {
    const taken = takeCooldown(NOW, 45 * SECOND_MS);
    expect(carryOver(taken, "boot", NOW, "boot")).to.equal(taken);
    expect(remainingAfter(taken, afterBoot(NOW.wallMs))).to.equal(HOUR_MS + 45 * SECOND_MS);
  });

  it("asks the wall clock what remains after a reboot", () => {
    expect(remainingAfter(cooldown, afterBoot(NOW.wallMs + 600_000))).to.equal(HOUR_MS - 600_000);
    expect(remainingAfter(cooldown, afterBoot(NOW.wallMs + 2 * HOUR_MS))).to.equal(0);
  });

  it("is silent for an hour at most when the wall clock went back during a reboot", () => {
    expect(remainingAfter(cooldown, afterBoot(NOW.wallMs - 25 * HOUR_MS))).to.equal(HOUR_MS);
  });

  it("asks the wall clock without a boot's id, and when the stored end is too far ahead for this boot", () => {
    const now = later(600_000);
    expect(remainingMs(carryOver(cooldown, null, now, null), now)).to.equal(HOUR_MS - 600_000);
    const snapshot = { wallMs: NOW.wallMs + 600_000, monoMs: NOW.monoMs - HOUR_MS };
    expect(remainingMs(carryOver(cooldown, "boot", snapshot, "boot"), snapshot)).to.equal(HOUR_MS - 600_000);
  });

  it("leaves no cooldown no cooldown", () => {
    expect(carryOver(null, "old", NOW, "new")).to.equal(null);
  });
});

describe("rewriteWallEnd()", () => {
  it("leaves the object alone within a second of drift, and writes the wall end anew beyond it", () => {
    const cooldown = takeCooldown(NOW);
    expect(rewriteWallEnd(cooldown, later(1_000, 1_000))).to.equal(cooldown);
    expect(rewriteWallEnd(cooldown, later(1_000, -1_001))).to.deep.equal({
      openMono: cooldown.openMono,
      openWall: cooldown.openWall - 1_001,
    });
  });

  it("lets a suspended machine's cooldown stand still: what the wall clock slept through is added", () => {
    const slept = later(0, 3 * HOUR_MS);
    const rewritten = rewriteWallEnd(takeCooldown(NOW), slept);
    expect(rewritten.openWall).to.equal(slept.wallMs + HOUR_MS);
    expect(remainingMs(carryOver(rewritten, "old", { ...slept, monoMs: 5 }, "new"), { ...slept, monoMs: 5 })).to.equal(
      HOUR_MS,
    );
  });
});

describe("the cooldown in random histories", () => {
  const DAY_MS = 24 * HOUR_MS;
  // Steps within DRIFT_MS are not written down, so a reboot may shorten the hour by that much; these are larger, either way.
  const stepMs = fc.integer({ min: 2 * DRIFT_MS, max: DAY_MS + HOUR_MS });
  const event = fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant("pass"), ms: fc.integer({ min: 1, max: HOUR_MS / 2 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("step"), ms: stepMs }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("step"), ms: stepMs.map((ms) => -ms) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("reboot"), ms: fc.constant(0) }) },
  );

  it("never lets two mails go within the hour, and is never silent for longer, whoever sets the clock of a running server", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (events) => {
        let [trueMs, bootMs, stepsMs, boot, lastMailMs] = [0, 0, DAY_MS * 20_000, 0, -HOUR_MS];
        let cooldown: Cooldown | null = null;
        const now = () => ({ wallMs: trueMs + stepsMs, monoMs: trueMs - bootMs });
        for (const { kind, ms } of events) {
          if (kind === "pass") trueMs += ms;
          if (kind === "step") stepsMs += ms;
          if (cooldown !== null) cooldown = rewriteWallEnd(cooldown, now());
          if (kind === "reboot") {
            [bootMs, boot] = [trueMs, boot + 1];
            cooldown = carryOver(cooldown, `${boot - 1}`, now(), `${boot}`);
          }
          expect(isOpen(cooldown, now())).to.equal(trueMs - lastMailMs >= HOUR_MS);
          if (isOpen(cooldown, now())) [lastMailMs, cooldown] = [trueMs, takeCooldown(now())];
        }
      }),
      { numRuns: 300 },
    );
  });
});
