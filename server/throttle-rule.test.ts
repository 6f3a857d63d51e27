import { expect } from "chai";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../domain/time.ts";
import { judgeAttempt, type ThrottleRule, type ThrottleState } from "./throttle-rule.ts";

const START_MS = Date.parse("2026-11-05T14:30:00Z");
const LONGEST_MS = 15 * MINUTE_MS;

/** Somebody who tries again and again, at a clock that a test sets. */
class Tries {
  now = START_MS;
  state: ThrottleState | null = null;
  readonly #rule: ThrottleRule;

  constructor(rule: ThrottleRule) {
    this.#rule = rule;
  }

  /** For how long to wait; 0: it was made. */
  attempt(): number {
    const { waitMs, state } = judgeAttempt(this.state, this.#rule, this.now);
    this.state = state;
    return waitMs;
  }

  /** Tries as soon as it may, for so long; how often it could. */
  tryFor(spanMs: number): number {
    let made = 0;
    for (const end = this.now + spanMs; this.now < end;) {
      const waitMs = this.attempt();
      made += waitMs === 0 ? 1 : 0;
      this.now += waitMs;
    }
    return made;
  }
}

describe("judgeAttempt()", () => {
  describe("with a back-off", () => {
    const tries = () => new Tries({ kind: "backOff", free: 5 });

    it("lets five through, then one after 1, 2, 4 … seconds, never more than 15 minutes", () => {
      const person = tries();
      const waits: number[] = [];
      for (let made = 0; made < 17; made += 1) {
        expect(person.attempt()).to.equal(0);
        const waitMs = judgeAttempt(person.state, { kind: "backOff", free: 5 }, person.now).waitMs;
        waits.push(waitMs / SECOND_MS);
        person.now += waitMs;
      }
      expect(waits).to.deep.equal([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    });

    it("lets no more than 60 of ten thousand guesses in an hour through", () => {
      const guesser = tries();
      let made = 0;
      for (let at = 0; at < 10_000; at += 1) {
        made += guesser.attempt() === 0 ? 1 : 0;
        guesser.now += HOUR_MS / 10_000;
      }
      expect(made).to.be.within(10, 60);
    });

    it("does not count what has to wait", () => {
      const person = tries();
      for (let made = 0; made < 5; made += 1) person.attempt();
      expect([person.attempt(), person.attempt(), person.attempt()]).to.deep.equal([1_000, 1_000, 1_000]);
      person.now += 999;
      expect(person.attempt()).to.equal(1);
      person.now += 1;
      expect(person.attempt()).to.equal(0);
    });

    it("forgets after a day without an attempt", () => {
      const person = tries();
      for (let made = 0; made < 5; made += 1) person.attempt();
      person.now += DAY_MS - 1;
      person.attempt();
      expect(person.attempt()).to.equal(2_000);
      person.now += DAY_MS;
      for (let made = 0; made < 5; made += 1) expect(person.attempt()).to.equal(0);
    });

    for (const backMs of [HOUR_MS, DAY_MS, 400 * DAY_MS]) {
      it(`makes nobody wait for more than 15 minutes when the clock is set back by ${backMs / HOUR_MS} h`, () => {
        const person = tries();
        for (let made = 0; made < 16; made += 1) person.now += person.attempt();
        person.now -= backMs;
        const waitMs = person.attempt();
        expect(waitMs).to.be.at.most(LONGEST_MS);
        person.now += waitMs;
        expect(person.attempt()).to.equal(0);
      });
    }

    it("makes nobody wait when the clock is set forward", () => {
      const person = tries();
      for (let made = 0; made < 16; made += 1) person.now += person.attempt();
      person.now += 400 * DAY_MS;
      expect(person.attempt()).to.equal(0);
    });
  });

  describe("with a window", () => {
    const tries = () => new Tries({ kind: "window", most: 3, spanMs: HOUR_MS });

    it("lets so many through, and tells when the next may come", () => {
      const person = tries();
      expect([person.attempt(), person.attempt(), person.attempt()]).to.deep.equal([0, 0, 0]);
      person.now += 10 * MINUTE_MS;
      expect(person.attempt()).to.equal(50 * MINUTE_MS);
      person.now += 50 * MINUTE_MS;
      expect(person.attempt()).to.equal(0);
    });

    it("lets no more than so many through in each span, however often they try", () => {
      expect(tries().tryFor(10 * HOUR_MS)).to.equal(30);
    });

    it("begins anew when the clock is set back or forward", () => {
      for (const stepMs of [-DAY_MS, -1, HOUR_MS, 400 * DAY_MS]) {
        const person = tries();
        for (let made = 0; made < 4; made += 1) person.attempt();
        person.now += stepMs;
        expect(person.attempt()).to.equal(0);
      }
    });
  });
});
