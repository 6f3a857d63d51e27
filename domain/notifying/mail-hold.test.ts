import { expect } from "chai";
import fc from "fast-check";
import { Zone } from "../calendar/zone.ts";
import { NO_MAIL_SETTINGS, type MailSettings } from "../mail-settings.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../time.ts";
import { LEASE_MS } from "./delivery-limits.ts";
import {
  AFTER_CLOSE_MS,
  digestTime,
  mailHold,
  MAILS_A_DAY,
  MAILS_AN_HOUR,
  quietEnd,
  type Recipient,
} from "./mail-hold.ts";

const BERLIN = new Zone("Europe/Berlin");
/** An hour in minutes of the day. */
const H = 60;
const NIGHT = { from: 22 * H, until: 7 * H };
const at = (text: string): number => Date.parse(text);

function hold(
  nowMs: number,
  settings: Partial<MailSettings>,
  other: Partial<Recipient & { sinceMs: number; isUrgent: boolean }> = {},
) {
  const { sinceMs = nowMs, isUrgent = false, timeZone = "Europe/Berlin", mailTimesMs = [] } = other;
  return mailHold(
    { sinceMs, isUrgent },
    { timeZone, settings: { ...NO_MAIL_SETTINGS, ...settings }, mailTimesMs },
    nowMs,
  );
}

describe("quietEnd()", () => {
  for (const [name, time, end] of [
    ["in the evening it is the next morning's", "2026-06-01T22:00:00+02:00", "2026-06-02T07:00:00+02:00"],
    ["after midnight it is this morning's", "2026-06-02T06:59:59.999+02:00", "2026-06-02T07:00:00+02:00"],
    ["an end is not quiet any more", "2026-06-02T07:00:00+02:00", null],
    ["a moment before the beginning is not yet quiet", "2026-06-01T21:59:59.999+02:00", null],
    [
      "the night in which the clocks are set forward is an hour shorter",
      "2026-03-28T23:00:00+01:00",
      "2026-03-29T07:00:00+02:00",
    ],
    [
      "the night in which the clocks are set back is an hour longer",
      "2026-10-24T23:00:00+02:00",
      "2026-10-25T07:00:00+01:00",
    ],
  ] as const) {
    it(name, () => {
      expect(quietEnd(NIGHT, BERLIN, at(time))).to.equal(end === null ? null : at(end));
    });
  }

  it("ends, when its end is left out by the clocks, as if they had not been set; of two, with the later one", () => {
    const early = { from: 22 * H, until: 2 * H + 30 };
    expect(quietEnd(early, BERLIN, at("2026-03-29T01:00:00+01:00"))).to.equal(at("2026-03-29T02:30:00+01:00"));
    expect(quietEnd(early, BERLIN, at("2026-10-25T02:30:00+02:00"))).to.equal(at("2026-10-25T02:30:00+01:00"));
  });

  it("begins, when its beginning is left out by the clocks, as soon as they are set", () => {
    const late = { from: 2 * H + 30, until: 9 * H };
    expect(quietEnd(late, BERLIN, at("2026-03-29T01:59:00+01:00"))).to.equal(null);
    expect(quietEnd(late, BERLIN, at("2026-03-29T03:00:00+02:00"))).to.equal(at("2026-03-29T09:00:00+02:00"));
  });

  it("agrees with what the clocks show, at every minute of days on which they are set and of others, in any zone", () => {
    const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"];
    const minute = fc.integer({ min: 0, max: 1_439 });
    const day = fc.integer({ min: at("2026-01-01T00:00Z") / MINUTE_MS, max: at("2027-01-01T00:00Z") / MINUTE_MS });
    fc.assert(
      fc.property(fc.constantFrom(...zones), minute, minute, day, (name, from, until, time) => {
        fc.pre(from !== until);
        const zone = new Zone(name);
        const nowMs = time * MINUTE_MS;
        const shown = Math.floor((((zone.wallAt(nowMs) % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS);
        const isWithin = from < until ? from <= shown && shown < until : shown >= from || shown < until;
        const endMs = quietEnd({ from, until }, zone, nowMs);
        // In the hours around a change of the clocks a time comes twice or not at all; else the clocks are the oracle.
        const isPlain = zone.wallAt(nowMs + 3 * HOUR_MS) - zone.wallAt(nowMs - 3 * HOUR_MS) === 6 * HOUR_MS;
        if (isPlain) expect(endMs !== null).to.equal(isWithin);
        if (endMs === null) return;
        expect(endMs).to.be.above(nowMs);
        expect(endMs - nowMs).to.be.at.most(DAY_MS + 2 * HOUR_MS);
        expect(quietEnd({ from, until }, zone, endMs), "they are over at their end").to.equal(null);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("digestTime()", () => {
  it("is the next time that the clocks show it", () => {
    const daily = { kind: "daily", at: 8 * H } as const;
    expect(digestTime(daily, BERLIN, at("2026-06-01T08:00:00+02:00"))).to.equal(at("2026-06-01T08:00:00+02:00"));
    expect(digestTime(daily, BERLIN, at("2026-06-01T08:00:00.001+02:00"))).to.equal(at("2026-06-02T08:00:00+02:00"));
    expect(digestTime(daily, BERLIN, at("2026-03-28T09:00:00+01:00"))).to.equal(at("2026-03-29T08:00:00+02:00"));
  });

  it("comes once on the day on which its time is left out, and once on that on which it comes twice", () => {
    const daily = { kind: "daily", at: 2 * H + 30 } as const;
    const first = digestTime(daily, BERLIN, at("2026-03-29T00:00:00+01:00"));
    expect(first).to.equal(at("2026-03-29T02:30:00+01:00"));
    expect(digestTime(daily, BERLIN, first + 1)).to.equal(at("2026-03-30T02:30:00+02:00"));
    const autumn = digestTime(daily, BERLIN, at("2026-10-25T00:00:00+02:00"));
    expect(digestTime(daily, BERLIN, autumn + 1)).to.equal(at("2026-10-26T02:30:00+01:00"));
  });

  it("follows the close of New York: half days, holidays and weekends", () => {
    const close = { kind: "sessionClose" } as const;
    const after = (text: string) => at(text) + AFTER_CLOSE_MS;
    expect(digestTime(close, BERLIN, at("2026-11-25T16:15:00-05:00"))).to.equal(after("2026-11-25T16:00:00-05:00"));
    expect(digestTime(close, BERLIN, at("2026-11-25T16:15:01-05:00"))).to.equal(after("2026-11-27T13:00:00-05:00"));
    expect(digestTime(close, BERLIN, at("2026-11-27T14:00:00-05:00"))).to.equal(after("2026-11-30T16:00:00-05:00"));
  });
});

describe("mailHold()", () => {
  const noon = at("2026-06-01T12:00:00+02:00");

  it("is nothing for who wishes nothing", () => {
    expect(hold(noon, {})).to.equal(null);
  });

  it("holds for the longest of all wishes, also where one ends in the other", () => {
    const snoozeUntilMs = at("2026-06-01T23:00:00+02:00");
    const morning = at("2026-06-02T07:00:00+02:00");
    expect(hold(noon, { quietHours: NIGHT, snoozeUntilMs })).to.deep.equal({ reason: "QUIET_HOURS", untilMs: morning });
    const digest = { kind: "daily", at: 9 * H } as const;
    const gathered = { reason: "DIGEST", untilMs: at("2026-06-02T09:00:00+02:00") };
    expect(hold(noon, { quietHours: NIGHT, snoozeUntilMs, digest })).to.deep.equal(gathered);
    expect(hold(noon, { quietHours: NIGHT, digest: { kind: "daily", at: 23 * H } })?.untilMs).to.equal(morning);
  });

  it("does not hold a digest back for the next day's when its time has come", () => {
    const digest = { kind: "daily", at: 12 * H } as const;
    expect(hold(noon, { digest }, { sinceMs: noon - HOUR_MS })).to.equal(null);
    expect(hold(noon + MINUTE_MS, { digest }, { sinceMs: noon - HOUR_MS })).to.equal(null);
  });

  it("lets what is urgent pass all wishes, and no ceiling", () => {
    const wishes = { quietHours: NIGHT, snoozeUntilMs: noon + DAY_MS, digest: { kind: "sessionClose" } } as const;
    expect(hold(noon, wishes, { isUrgent: true })).to.equal(null);
    const mailTimesMs = Array.from({ length: MAILS_AN_HOUR }, (_, n) => noon - n * MINUTE_MS);
    expect(hold(noon, wishes, { isUrgent: true, mailTimesMs })).to.include({ reason: "HOURLY_CEILING" });
  });

  it("is wrong about nobody's zone: the same hours are others elsewhere", () => {
    expect(hold(at("2026-06-01T23:00:00+02:00"), { quietHours: NIGHT }, { timeZone: "America/New_York" })).to.equal(
      null,
    );
  });

  it("ignores mails of the future, which are from a clock that was set back since", () => {
    const ahead = Array.from({ length: MAILS_A_DAY }, () => noon + 25 * HOUR_MS);
    expect(hold(noon, {}, { mailTimesMs: ahead })).to.equal(null);
    const leased = Array.from({ length: MAILS_AN_HOUR }, () => noon + LEASE_MS);
    expect(hold(noon, {}, { mailTimesMs: leased })?.untilMs).to.equal(noon + LEASE_MS + HOUR_MS);
  });

  it("never lets more than the ceilings through, whenever mails are asked for, and holds none back for ever", () => {
    const gap = fc.oneof(fc.integer({ min: 0, max: 10 * MINUTE_MS }), fc.integer({ min: 0, max: 3 * HOUR_MS }));
    fc.assert(
      fc.property(fc.array(gap, { minLength: 20, maxLength: 150 }), (gaps) => {
        const sent: number[] = [];
        let nowMs = noon;
        for (const gapMs of gaps) {
          nowMs += gapMs;
          const found = hold(nowMs, {}, { mailTimesMs: sent });
          if (found !== null) {
            expect(hold(found.untilMs, {}, { mailTimesMs: sent }), "the end that is told is the end").to.equal(null);
            continue;
          }
          sent.push(nowMs);
        }
        for (const timeMs of sent) {
          const within = (spanMs: number) => sent.filter((one) => one > timeMs - spanMs && one <= timeMs).length;
          expect(within(HOUR_MS)).to.be.at.most(MAILS_AN_HOUR);
          expect(within(DAY_MS)).to.be.at.most(MAILS_A_DAY);
        }
      }),
    );
  });
});
