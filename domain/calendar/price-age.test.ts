import { expect } from "chai";
import fc from "fast-check";
import type { SessionClass } from "../quote.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "../time.ts";
import { isOldPrice, tradingMsSince } from "./price-age.ts";

const at = (time: string): TimeMs => Date.parse(time);
const FRIDAY_CLOSE = "2026-05-15T16:00-04:00";

const price = (asOf: string, sessionClass: SessionClass = "regular", symbol = "AAPL") => ({
  symbol,
  sessionClass,
  asOfMs: at(asOf),
});

describe("tradingMsSince()", () => {
  const cases: [string, ReturnType<typeof price>, string, number][] = [
    ["nothing over a weekend", price(FRIDAY_CLOSE), "2026-05-17T12:00-04:00", 0],
    ["nothing until the bell rings", price(FRIDAY_CLOSE), "2026-05-18T09:30-04:00", 0],
    ["from the bell on", price(FRIDAY_CLOSE), "2026-05-18T10:15-04:00", 45 * MINUTE_MS],
    ["what was left of the session", price("2026-05-15T15:45-04:00"), "2026-05-16T10:00-04:00", 15 * MINUTE_MS],
    ["nothing on a holiday", price("2026-05-22T16:00-04:00"), "2026-05-25T15:00-04:00", 0],
    ["half a day", price("2026-11-25T16:00-05:00"), "2026-11-27T18:00-05:00", 3.5 * HOUR_MS],
    ["late hours for a price of those", price("2026-05-15T17:00-04:00", "post"), "2026-05-18T05:00-04:00", 4 * HOUR_MS],
    ["no late hours for one of the day", price(FRIDAY_CLOSE), "2026-05-15T19:00-04:00", 0],
    [
      "sessions for a price of the night",
      price("2026-05-15T22:00-04:00", "closed"),
      "2026-05-18T10:00-04:00",
      HOUR_MS / 2,
    ],
    ["all the time where it is always on", price(FRIDAY_CLOSE, "always"), "2026-05-17T16:00-04:00", 2 * DAY_MS],
    [
      "weekdays where the hours are not known",
      price("2026-05-15T12:00Z", "regular", "TSCO.LON"),
      "2026-05-18T12:00Z",
      DAY_MS,
    ],
    ["nothing before it", price(FRIDAY_CLOSE), "2026-05-14T12:00-04:00", 0],
  ];
  for (const [sentence, one, now, expected] of cases) {
    it(`counts ${sentence}`, () => expect(tradingMsSince(one, at(now))).to.equal(expected));
  }

  it("is what a clock on the wall and a list of holidays say, at any two moments", () => {
    const minute = fc.integer({ min: at("2025-10-20T00:00Z") / MINUTE_MS, max: at("2026-12-20T00:00Z") / MINUTE_MS });
    const span = fc.integer({ min: 0, max: 10 * 24 * 60 });
    const sessions = fc.constantFrom<SessionClass>("pre", "regular", "post", "closed", "always");
    fc.assert(
      fc.property(
        minute,
        span,
        sessions,
        fc.constantFrom("AAPL", "TSCO.LON"),
        (from, minutes, sessionClass, symbol) => {
          const asOfMs = from * MINUTE_MS;
          const toMs = asOfMs + minutes * MINUTE_MS;
          const seen = tradingMsSince({ symbol, sessionClass, asOfMs }, toMs);
          expect(seen).to.equal(countHalfHours(symbol, sessionClass, asOfMs, toMs));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("isOldPrice()", () => {
  const cases: [string, ReturnType<typeof price>, string, boolean][] = [
    ["not Friday's close on Sunday", price(FRIDAY_CLOSE), "2026-05-17T12:00-04:00", false],
    ["not Friday's close when trading has just begun", price(FRIDAY_CLOSE), "2026-05-18T09:50-04:00", false],
    ["but soon after", price(FRIDAY_CLOSE), "2026-05-18T09:50:00.001-04:00", true],
    ["not a delayed price within the session", price("2026-05-15T11:00-04:00"), "2026-05-15T11:16-04:00", false],
    ["one of the morning at noon", price("2026-05-15T10:00-04:00"), "2026-05-15T12:00-04:00", true],
    ["one that should come at any hour", price(FRIDAY_CLOSE, "always"), "2026-05-15T16:21-04:00", true],
    ["not London's over a night", price("2026-05-14T16:30Z", "regular", "TSCO.LON"), "2026-05-15T08:00Z", false],
    ["London's after a day of trading", price("2026-05-14T16:30Z", "regular", "TSCO.LON"), "2026-05-15T16:31Z", true],
  ];
  for (const [sentence, one, now, expected] of cases) {
    it(sentence, () => expect(isOldPrice(one, at(now))).to.equal(expected));
  }
});

/** As the exchange publishes them, typed in. */
const HOLIDAYS = new Set(
  (
    "2025-11-27 2025-12-25 2026-01-01 2026-01-19 2026-02-16 2026-04-03 2026-05-25 2026-06-19 2026-07-03 2026-09-07 " +
    "2026-11-26 2026-12-25"
  ).split(" "),
);
const HALF_DAYS = new Set(["2025-11-28", "2025-12-24", "2026-11-27", "2026-12-24"]);
const newYork = new Intl.DateTimeFormat("en-CA", {
  timeZone: "America/New_York",
  ...{ year: "numeric", month: "2-digit", day: "2-digit", weekday: "short", hour: "2-digit", minute: "2-digit" },
  hourCycle: "h23",
});

/** The naive way: half hour by half hour, for sessions begin and end on those, whether it is one in which there is trading. */
function countHalfHours(symbol: string, sessionClass: SessionClass, fromMs: TimeMs, toMs: TimeMs): number {
  let sumMs = 0;
  const half = 30 * MINUTE_MS;
  for (let startMs = Math.floor(fromMs / half) * half; startMs < toMs; startMs += half) {
    if (!trades(symbol, sessionClass, startMs)) continue;
    sumMs += Math.min(startMs + half, toMs) - Math.max(startMs, fromMs);
  }
  return sumMs;
}

function trades(symbol: string, sessionClass: SessionClass, timeMs: TimeMs): boolean {
  if (sessionClass === "always") return true;
  if (symbol === "TSCO.LON") return ![0, 6].includes(new Date(timeMs).getUTCDay());
  const parts = Object.fromEntries(newYork.formatToParts(timeMs).map(({ type, value }) => [type, value]));
  const day = `${parts["year"]}-${parts["month"]}-${parts["day"]}`;
  if (["Sat", "Sun"].includes(parts["weekday"] ?? "") || HOLIDAYS.has(day)) return false;
  const clock = `${parts["hour"]}:${parts["minute"]}`;
  const isHalf = HALF_DAYS.has(day);
  const isExtended = sessionClass === "pre" || sessionClass === "post";
  const [from, to] = isExtended ? ["04:00", isHalf ? "17:00" : "20:00"] : ["09:30", isHalf ? "13:00" : "16:00"];
  return clock >= from && clock < to;
}
