import { expect } from "chai";
import type { Cooldown, Instant } from "./cooldown.ts";
import { carryOver, isOpen, laterCooldown, remainingMs, takeCooldown } from "./cooldown.ts";
import { HOUR_MS, SECOND_MS } from "../time.ts";

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
