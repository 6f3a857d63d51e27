import { expect } from "chai";
import { exampleTick } from "../../test/examples.ts";
import { DAY_MS, HOUR_MS } from "../time.ts";
import { civilDay } from "./civil-day.ts";
import { hasCloseBetween, marketMsBetween, regularSessionOn, sessionClassAt } from "./market-time.ts";

const at = (time: string): number => Date.parse(time);
/** A whole week in May: five full days. */
const WEEK = [at("2026-05-11T00:00-04:00"), at("2026-05-18T00:00-04:00")] as const;

describe("marketMsBetween()", () => {
  const tick = exampleTick(0, 100);
  it("counts the regular sessions for who hears those", () => {
    expect(marketMsBetween(tick, "regular", ...WEEK)).to.equal(5 * 6.5 * HOUR_MS);
  });

  it("counts from pre to post for who hears those too", () => {
    expect(marketMsBetween(tick, "extended", ...WEEK)).to.equal(5 * 16 * HOUR_MS);
  });

  it("counts all for who hears all", () => {
    expect(marketMsBetween(tick, "any", ...WEEK)).to.equal(7 * DAY_MS);
  });

  for (const session of ["regular", "extended", "any"] as const) {
    it(`counts all of what is always on, and where the hours are not known: ${session}`, () => {
      expect(marketMsBetween({ ...tick, sessionClass: "always" }, session, ...WEEK)).to.equal(7 * DAY_MS);
      expect(marketMsBetween({ ...tick, symbol: "TSCO.LON" }, session, ...WEEK)).to.equal(7 * DAY_MS);
    });
  }
});

describe("sessionClassAt()", () => {
  it("goes by the exchange of the symbol", () => {
    const classes = ["04:00", "09:30", "16:00", "20:00"].map((time) =>
      sessionClassAt("AAPL", at(`2026-05-15T${time}-04:00`)),
    );
    expect(classes).to.deep.equal(["pre", "regular", "post", "closed"]);
  });

  it("is regular at any time where the hours are not known", () => {
    for (const symbol of ["TSCO.LON", "7203.T"]) expect(sessionClassAt(symbol, WEEK[0])).to.equal("regular");
  });
});

describe("regularSessionOn()", () => {
  it("is that day's", () => {
    const { startMs, endMs } = regularSessionOn("AAPL", civilDay(2026, 11, 27)) ?? expect.fail();
    expect([startMs, endMs]).to.deep.equal([at("2026-11-27T09:30-05:00"), at("2026-11-27T13:00-05:00")]);
  });

  it("is none on a holiday", () => expect(regularSessionOn("AAPL", civilDay(2026, 11, 26))).to.equal(null));

  it("is the day in UTC where the hours are not known, on weekends too", () => {
    const startMs = at("2026-05-17T00:00Z");
    expect(regularSessionOn("TSCO.LON", civilDay(2026, 5, 17))).to.deep.equal({ startMs, endMs: startMs + DAY_MS });
  });
});

describe("hasCloseBetween()", () => {
  const cases: [string, string, string, string, boolean][] = [
    ["not within a session", "AAPL", "2026-05-14T10:00-04:00", "2026-05-14T15:00-04:00", false],
    [
      "not at the bell, when late trading goes on at the old scale",
      "AAPL",
      "2026-05-14T16:00-04:00",
      "2026-05-14T16:01-04:00",
      false,
    ],
    ["over a night", "AAPL", "2026-05-14T16:00-04:00", "2026-05-15T09:31-04:00", true],
    [
      "from the last late trade to the first early one",
      "AAPL",
      "2026-05-14T19:58-04:00",
      "2026-05-15T04:01-04:00",
      true,
    ],
    ["from the late bar that ends with the day", "AAPL", "2026-05-14T20:00-04:00", "2026-05-15T04:01-04:00", true],
    ["not up to that bar", "AAPL", "2026-05-14T19:59-04:00", "2026-05-14T20:00-04:00", false],
    [
      "not from night to the early hours of the same night",
      "AAPL",
      "2026-05-14T20:00:01-04:00",
      "2026-05-15T04:01-04:00",
      false,
    ],
    ["not within a weekend", "AAPL", "2026-05-16T10:00-04:00", "2026-05-18T09:31-04:00", false],
    ["over weeks", "AAPL", "2026-05-14T10:00-04:00", "2026-06-14T10:00-04:00", true],
    ["from five on a half day", "AAPL", "2026-11-27T16:59-05:00", "2026-11-27T17:01-05:00", true],
    ["at midnight UTC where the hours are not known", "TSCO.LON", "2026-05-14T16:00Z", "2026-05-15T07:01Z", true],
    ["from a day's bar that ends there", "TSCO.LON", "2026-05-15T00:00Z", "2026-05-15T07:01Z", true],
    ["not within a day there", "TSCO.LON", "2026-05-15T07:00Z", "2026-05-15T15:30Z", false],
  ];
  for (const [sentence, symbol, from, to, expected] of cases) {
    it(sentence, () => expect(hasCloseBetween(symbol, at(from), at(to))).to.equal(expected));
  }
});
