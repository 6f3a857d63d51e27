import { expect } from "chai";
import fc from "fast-check";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../time.ts";
import { civilDay, parseCivilDay } from "./civil-day.ts";
import { ExchangeCalendar, type TradingStretch } from "./exchange-calendar.ts";
import type { Exchange } from "./exchange.ts";
import { XNYS } from "./xnys.ts";
import { fixedDate, onceOn } from "./yearly-day.ts";

/** An exchange that is as unlike New York's as can be: ahead of UTC, Sunday to Thursday, no late trading, a holiday moved over the year's turn. */
const EAST: Exchange = {
  zone: "Australia/Sydney",
  weekdays: [0, 1, 2, 3, 4],
  fullDay: { preOpen: "07:00", open: "10:00", close: "16:00", postClose: "16:00" },
  halfDay: { preOpen: "07:00", open: "10:00", close: "12:30", postClose: "12:30" },
  closedOn: { "New Year's Day": fixedDate(1, 1, { 6: -2 }), "Both at once": onceOn("2026-05-12") },
  halfDaysOn: { "A half day": onceOn("2026-05-13"), "Both at once": onceOn("2026-05-12") },
};
const newYork = new ExchangeCalendar(XNYS);
const east = new ExchangeCalendar(EAST);
const FROM_MS = Date.UTC(2018, 0);
const UNTIL_MS = Date.UTC(2036, 0);

describe("ExchangeCalendar.sessionAt()", () => {
  const cases: [string, string, string][] = [
    ["night ends at four", "2026-05-15T03:59:59.999-04:00", "closed"],
    ["before the bell from four", "2026-05-15T04:00:00-04:00", "pre"],
    ["before the bell until half past nine", "2026-05-15T09:29:59.999-04:00", "pre"],
    ["regular from half past nine", "2026-05-15T09:30:00-04:00", "regular"],
    ["regular until four in the afternoon", "2026-05-15T15:59:59.999-04:00", "regular"],
    ["late from four in the afternoon", "2026-05-15T16:00:00-04:00", "post"],
    ["late until eight", "2026-05-15T19:59:59.999-04:00", "post"],
    ["night from eight", "2026-05-15T20:00:00-04:00", "closed"],
    ["closed on Saturday", "2026-05-16T10:00:00-04:00", "closed"],
    ["closed on Sunday", "2026-05-17T10:00:00-04:00", "closed"],
    ["Monday again", "2026-05-18T10:00:00-04:00", "regular"],
    ["closed on a holiday", "2026-11-26T10:00:00-05:00", "closed"],
    ["a half day until one", "2026-11-27T12:59:59.999-05:00", "regular"],
    ["a half day is late from one", "2026-11-27T13:00:00-05:00", "post"],
    ["a half day is late until five", "2026-11-27T16:59:59.999-05:00", "post"],
    ["a half day's night from five", "2026-11-27T17:00:00-05:00", "closed"],
    ["the Sunday of the change in March", "2026-03-08T09:30:00-04:00", "closed"],
    ["the opening after the change in March", "2026-03-09T13:30:00Z", "regular"],
    ["the opening after the change in November", "2026-11-02T14:30:00Z", "regular"],
    ["an hour before that", "2026-11-02T13:30:00Z", "pre"],
  ];
  for (const [sentence, time, expected] of cases) {
    it(sentence, () => expect(newYork.sessionAt(Date.parse(time))).to.equal(expected));
  }
});

describe("an exchange that is added by its record", () => {
  const cases: [string, string, string][] = [
    ["opens early on Monday, which is Sunday by UTC", "2026-05-11T07:00:00+10:00", "pre"],
    ["trades on Sunday", "2026-05-10T10:00:00+10:00", "regular"],
    ["does not trade on Friday", "2026-05-15T10:00:00+10:00", "closed"],
    ["has no late trading", "2026-05-11T16:00:00+10:00", "closed"],
    ["closes early on its half day", "2026-05-13T12:30:00+10:00", "closed"],
    ["is closed where a day is both closed and half", "2026-05-12T10:00:00+10:00", "closed"],
    ["keeps a holiday in the year before", "2021-12-30T10:00:00+11:00", "closed"],
    ["trades on that day a year later", "2020-12-30T10:00:00+11:00", "regular"],
    ["goes by its own clocks in October", "2026-10-05T10:00:00+11:00", "regular"],
  ];
  for (const [sentence, time, expected] of cases) {
    it(sentence, () => expect(east.sessionAt(Date.parse(time))).to.equal(expected));
  }
});

for (const [name, calendar, lengthsMs] of [
  ["New York", newYork, [16 * HOUR_MS, 13 * HOUR_MS] as number[]],
  ["another exchange", east, [9 * HOUR_MS, 5.5 * HOUR_MS] as number[]],
] as const) {
  describe(`the sessions of ${name}, 2018 to 2035`, () => {
    it("never overlap, lie within their day, and have no clock change within them", () => {
      const wrong: number[] = [];
      let lastMs = 0;
      for (let day = civilDay(2018, 1, 1); day < civilDay(2036, 1, 1); day += 1) {
        const hours = calendar.hoursOn(day);
        if (hours === null) continue;
        const { preOpenMs, openMs, closeMs, postCloseMs } = hours;
        const isInOrder = lastMs < preOpenMs && preOpenMs <= openMs && openMs < closeMs && closeMs <= postCloseMs;
        if (!isInOrder || !lengthsMs.includes(postCloseMs - preOpenMs)) wrong.push(day);
        lastMs = postCloseMs;
      }
      expect(wrong).to.deep.equal([]);
    });

    it("add up: the parts of a span are the whole, wherever it is cut", () => {
      const time = fc.integer({ min: FROM_MS, max: UNTIL_MS });
      const stretch = fc.constantFrom<TradingStretch>("regular", "extended");
      fc.assert(
        fc.property(stretch, fc.array(time, { minLength: 2, maxLength: 12 }), (of, times) => {
          const cuts = [...times].sort((a, b) => a - b);
          const parts = cuts.slice(1).map((cut, index) => calendar.openMsBetween(of, cuts[index] ?? NaN, cut));
          const whole = calendar.openMsBetween(of, cuts[0] ?? NaN, cuts.at(-1) ?? NaN);
          expect(parts.reduce((sum, part) => sum + part, 0)).to.equal(whole);
        }),
        { numRuns: 100 },
      );
    });

    it("last as long as one who looks at every minute would say", () => {
      for (const week of [
        "2026-03-05",
        "2026-03-12",
        "2026-04-02",
        "2026-10-01",
        "2026-10-29",
        "2026-11-25",
        "2027-12-28",
      ]) {
        const fromMs = (parseCivilDay(week) ?? NaN) * DAY_MS;
        const seen = { regular: 0, extended: 0 };
        for (let timeMs = fromMs; timeMs < fromMs + 7 * DAY_MS; timeMs += MINUTE_MS) {
          const session = calendar.sessionAt(timeMs);
          if (session === "regular") seen.regular += MINUTE_MS;
          if (session !== "closed") seen.extended += MINUTE_MS;
          if (timeMs % (5 * HOUR_MS) !== 0) continue;
          const untilMs = timeMs + MINUTE_MS;
          expect(calendar.openMsBetween("regular", fromMs, untilMs), week).to.equal(seen.regular);
          expect(calendar.openMsBetween("extended", fromMs, untilMs), week).to.equal(seen.extended);
        }
      }
    });
  });
}

describe("ExchangeCalendar.openMsBetween()", () => {
  const at = (time: string): number => Date.parse(time);
  const cases: [string, TradingStretch, string, string, number][] = [
    ["within a session all of it", "regular", "2026-05-15T10:00-04:00", "2026-05-15T10:01-04:00", MINUTE_MS],
    ["before the session nothing", "regular", "2026-05-15T08:00-04:00", "2026-05-15T09:30-04:00", 0],
    [
      "from before the session what lies within",
      "regular",
      "2026-05-15T08:00-04:00",
      "2026-05-15T09:31-04:00",
      MINUTE_MS,
    ],
    [
      "over a night the end and the beginning",
      "regular",
      "2026-05-14T15:59-04:00",
      "2026-05-15T09:31-04:00",
      2 * MINUTE_MS,
    ],
    ["over a weekend the same", "regular", "2026-05-15T15:59-04:00", "2026-05-18T09:31-04:00", 2 * MINUTE_MS],
    ["over a holiday the same", "regular", "2026-11-25T15:59-05:00", "2026-11-27T09:31-05:00", 2 * MINUTE_MS],
    ["over the change in March the same", "regular", "2026-03-06T15:59-05:00", "2026-03-09T09:31-04:00", 2 * MINUTE_MS],
    [
      "over the change in November the same",
      "regular",
      "2026-10-30T15:59-04:00",
      "2026-11-02T09:31-05:00",
      2 * MINUTE_MS,
    ],
    [
      "over a half day three and a half hours",
      "regular",
      "2026-11-27T00:00-05:00",
      "2026-11-28T00:00-05:00",
      3.5 * HOUR_MS,
    ],
    [
      "early and late hours count where they are asked for",
      "extended",
      "2026-05-14T19:59-04:00",
      "2026-05-15T04:01-04:00",
      2 * MINUTE_MS,
    ],
    ["a full day from four to eight", "extended", "2026-05-15T00:00-04:00", "2026-05-16T00:00-04:00", 16 * HOUR_MS],
    ["a half day from four to five", "extended", "2026-11-27T00:00-05:00", "2026-11-28T00:00-05:00", 13 * HOUR_MS],
    ["nothing between a moment and itself", "regular", "2026-05-15T10:00-04:00", "2026-05-15T10:00-04:00", 0],
  ];
  for (const [sentence, stretch, from, to, expected] of cases) {
    it(sentence, () => expect(newYork.openMsBetween(stretch, at(from), at(to))).to.equal(expected));
  }

  it("answers for centuries", () => {
    const sumMs = newYork.openMsBetween("regular", Date.UTC(1900, 0), Date.UTC(2200, 0));
    expect(sumMs / HOUR_MS / 6.5 / 300).to.be.within(249, 254);
  });
});
