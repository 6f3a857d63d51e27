import { expect } from "chai";
import fc from "fast-check";
import { calendarOf } from "../../domain/calendar/calendars.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { UNKNOWN } from "./known-symbol.ts";
import { isBehind, lastNews, nextClose, nextNews, tradingMsBetween, type News } from "./news-times.ts";
import type { Pace } from "./pace.ts";

const AAPL = { symbol: "AAPL", neverCloses: false };
const LONDON = { symbol: "TSCO.LON", neverCloses: false };
const COIN = { symbol: "AAPL", neverCloses: true };
const DAYS: Pace = { kind: "days", sessionRounds: 0, spreadMs: 0 };
const MINUTES: Pace = { kind: "minutes", stretch: "extended", everyMs: MINUTE_MS, lagMs: 0 };

const at = (time: string): number => Date.parse(time);
const told = (news: News | null): string => {
  if (news === null) return "none";
  return `${news.kind} ${new Date(news.timeMs).toISOString().slice(0, 19)}`;
};

describe("lastNews() and nextNews()", () => {
  const cases: [string, typeof AAPL, Pace, string, string, string][] = [
    [
      "a day's prices, in the morning",
      AAPL,
      DAYS,
      "2026-05-15T10:00-04:00",
      "close 2026-05-14T22:15:00",
      "close 2026-05-15T22:15:00",
    ],
    [
      "a day's prices, at 18:15 in New York",
      AAPL,
      DAYS,
      "2026-05-15T18:15-04:00",
      "close 2026-05-15T22:15:00",
      "close 2026-05-18T22:15:00",
    ],
    [
      "a day's prices in winter",
      AAPL,
      DAYS,
      "2026-01-15T18:14:59-05:00",
      "close 2026-01-14T23:15:00",
      "close 2026-01-15T23:15:00",
    ],
    [
      "none on a holiday, and earlier on the half day after it",
      AAPL,
      DAYS,
      "2026-11-26T20:00-05:00",
      "close 2026-11-25T23:15:00",
      "close 2026-11-27T20:15:00",
    ],
    [
      "every weekday by UTC where the hours are not known",
      LONDON,
      DAYS,
      "2026-05-16T12:00Z",
      "close 2026-05-16T02:15:00",
      "close 2026-05-19T02:15:00",
    ],
    [
      "every day where trading never ends",
      COIN,
      DAYS,
      "2026-05-16T12:00Z",
      "close 2026-05-16T02:15:00",
      "close 2026-05-17T02:15:00",
    ],
    [
      "each minute of trading, two seconds later",
      AAPL,
      MINUTES,
      "2026-05-15T10:00:30-04:00",
      "minute 2026-05-15T14:00:02",
      "minute 2026-05-15T14:01:02",
    ],
    [
      "the first minute when it has ended",
      AAPL,
      MINUTES,
      "2026-05-15T04:00:30-04:00",
      "close 2026-05-15T00:00:02",
      "minute 2026-05-15T08:01:02",
    ],
    [
      "the last minute, and then nothing before the weekend is over",
      AAPL,
      MINUTES,
      "2026-05-15T23:00-04:00",
      "close 2026-05-16T00:00:02",
      "minute 2026-05-18T08:01:02",
    ],
    [
      "all of that later where prices are told late",
      AAPL,
      { ...MINUTES, lagMs: 15 * MINUTE_MS },
      "2026-05-15T20:14:30-04:00",
      "minute 2026-05-16T00:14:02",
      "close 2026-05-16T00:15:02",
    ],
    [
      "regular hours only where there are no others",
      AAPL,
      { ...MINUTES, stretch: "regular" },
      "2026-05-15T18:00-04:00",
      "close 2026-05-15T20:00:02",
      "minute 2026-05-18T13:31:02",
    ],
    [
      "every third minute",
      AAPL,
      { ...MINUTES, everyMs: 3 * MINUTE_MS },
      "2026-05-15T10:00:30-04:00",
      "minute 2026-05-15T14:00:02",
      "minute 2026-05-15T14:03:02",
    ],
    [
      "at midnight where trading never ends",
      COIN,
      MINUTES,
      "2026-05-17T00:00:30Z",
      "close 2026-05-17T00:00:02",
      "minute 2026-05-17T00:01:02",
    ],
    [
      "rounds within the session, evenly spread",
      AAPL,
      { ...DAYS, sessionRounds: 2 },
      "2026-05-15T12:00-04:00",
      "session 2026-05-15T15:40:00",
      "session 2026-05-15T17:50:00",
    ],
    [
      "the round after the close, and before it a session's",
      AAPL,
      { ...DAYS, sessionRounds: 1, spreadMs: 61_000 },
      "2026-05-15T17:00-04:00",
      "session 2026-05-15T16:46:01",
      "close 2026-05-15T22:16:01",
    ],
  ];
  for (const [sentence, market, pace, time, last, next] of cases) {
    it(`know ${sentence}`, () => {
      expect([told(lastNews(market, pace, at(time))), told(nextNews(market, pace, at(time)))]).to.eql([last, next]);
    });
  }

  const market = fc.constantFrom(AAPL, LONDON, COIN);
  const pace = fc.oneof(
    fc.record({
      kind: fc.constant("days" as const),
      sessionRounds: fc.integer({ min: 0, max: 20 }),
      spreadMs: fc.integer({ min: 0, max: 300_000 }),
    }),
    fc.record({
      kind: fc.constant("minutes" as const),
      stretch: fc.constantFrom("regular" as const, "extended" as const),
      everyMs: fc.integer({ min: 1, max: 7 }).map((minutes) => minutes * MINUTE_MS),
      lagMs: fc.constantFrom(0, 15 * MINUTE_MS),
    }),
  );
  const time = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2034, 0) });

  it("agree: nothing lies between the last and the next, and each is the other's neighbour", () => {
    fc.assert(
      fc.property(market, pace, time, (ofMarket, ofPace, now) => {
        const last = lastNews(ofMarket, ofPace, now)!;
        const next = nextNews(ofMarket, ofPace, now)!;
        expect(last.timeMs).to.be.at.most(now);
        expect(next.timeMs).to.be.above(now);
        expect(lastNews(ofMarket, ofPace, next.timeMs - 1)?.timeMs).to.equal(last.timeMs);
        expect(nextNews(ofMarket, ofPace, last.timeMs)?.timeMs).to.equal(next.timeMs);
        expect(lastNews(ofMarket, ofPace, next.timeMs)?.timeMs).to.equal(next.timeMs);
      }),
    );
  });

  it("leave no trading unseen: the market trades before each minute's news, and rests between the last and the first", () => {
    fc.assert(
      fc.property(fc.constantFrom(AAPL, LONDON, COIN), time, (ofMarket, now) => {
        const last = lastNews(ofMarket, MINUTES, now)!;
        const next = nextNews(ofMarket, MINUTES, now)!;
        expect(tradingMsBetween(ofMarket, next.timeMs - MINUTE_MS, next.timeMs)).to.be.above(0);
        expect(tradingMsBetween(ofMarket, last.timeMs, next.timeMs)).to.be.at.most(MINUTE_MS + 2_000);
      }),
    );
  });

  it("tell each day's prices once, and on trading days only", () => {
    fc.assert(
      fc.property(time, (now) => {
        const close = nextClose(AAPL, { ...DAYS, sessionRounds: 3 }, now)!;
        expect(close.timeMs).to.be.above(now);
        const hours = calendarOf("AAPL")!.hoursOn(Math.floor(close.openMs / DAY_MS))!;
        expect(close.timeMs - hours.closeMs).to.equal(2 * HOUR_MS + 15 * MINUTE_MS);
      }),
    );
  });
});

describe("isBehind()", () => {
  const last = lastNews(AAPL, DAYS, at("2026-05-15T19:00-04:00"))!;
  const known = (asOf: string) => ({ ...UNKNOWN, asOfMs: at(asOf) });
  const cases: [string, typeof AAPL, string, boolean][] = [
    ["where the newest price is of the day before", AAPL, "2026-05-14T16:00-04:00", true],
    ["where it is only of its early hours", AAPL, "2026-05-15T09:30-04:00", true],
    ["not where it is of that day", AAPL, "2026-05-15T16:00-04:00", false],
    ["not where the exchange's days are not known", LONDON, "2026-05-14T16:00-04:00", false],
    ["not where there are no days", COIN, "2026-05-14T16:00-04:00", false],
  ];
  for (const [sentence, market, asOf, expected] of cases) {
    it(`holds ${sentence}`, () => expect(isBehind(market, known(asOf), last)).to.equal(expected));
  }

  it("does not hold within a session, or before any price", () => {
    const minute = lastNews(AAPL, MINUTES, at("2026-05-15T10:00-04:00"))!;
    expect(isBehind(AAPL, known("2026-05-14T16:00-04:00"), minute)).to.equal(false);
    expect(isBehind(AAPL, UNKNOWN, last)).to.equal(false);
  });
});

describe("tradingMsBetween()", () => {
  it("counts early and late hours, and a weekend as nothing", () => {
    const [friday, monday] = [at("2026-05-15T19:00-04:00"), at("2026-05-18T04:30-04:00")];
    expect(tradingMsBetween(AAPL, friday, monday)).to.equal(1.5 * HOUR_MS);
    expect(tradingMsBetween(COIN, friday, monday)).to.equal(monday - friday);
  });
});
