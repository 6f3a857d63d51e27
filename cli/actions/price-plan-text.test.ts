import { expect } from "chai";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { FetcherReport } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { budgetText, cadenceText, latenessTexts, newYorkText } from "./price-plan-text.ts";

const NOW = new Date("2026-05-15T15:15-04:00"); // a Friday
const CLOSE = new Date("2026-05-15T18:15-04:00");
const later = (ms: number) => new Date(CLOSE.getTime() + ms);
const cadence = (ms: number) => ({ seconds: ms / 1_000, nanos: 0 });
type Plan = Parameters<typeof FetcherReport.fromPartial>[0]["plans"];
const textOf = (plans: NonNullable<Plan>) => cadenceText(FetcherReport.fromPartial({ plans }), NOW);

describe("cadenceText()", () => {
  const daily = { symbol: "AAPL", cadence: cadence(DAY_MS), nextTime: CLOSE, blindUntil: CLOSE };
  const cases: [string, NonNullable<Plan>, string | null][] = [
    [
      "of a free key",
      [daily, { ...daily, symbol: "IBM" }],
      "once a day, next price 18:15 New York (in 3h), blind until then",
    ],
    [
      "of one whose last symbol has to wait",
      [daily, { ...daily, nextTime: later(DAY_MS), blindUntil: later(DAY_MS) }],
      "once a day, next price 18:15 New York (in 3h), blind until Sat 18:15 New York",
    ],
    [
      "of one where some symbols are seen",
      [
        { ...daily, cadence: cadence(3.25 * HOUR_MS) },
        { ...daily, blindUntil: undefined },
      ],
      "every 3h15m, next price 18:15 New York (in 3h), blind until then for 1 of 2 symbols",
    ],
    [
      "of prices that come every minute: nothing",
      [{ symbol: "AAPL", cadence: cadence(MINUTE_MS), nextTime: NOW }],
      null,
    ],
    ["of prices that come every second: nothing", [{ symbol: "AAPL", cadence: cadence(1_000) }], null],
    [
      "of a night before minutes",
      [{ symbol: "AAPL", cadence: cadence(MINUTE_MS), nextTime: new Date("2026-05-18T04:01:02-04:00") }],
      "every minute, next price Mon 04:01 New York (in 2d12h)",
    ],
    ["of an older fetcher: nothing", [], null],
    ["of what is not planned", [{ symbol: "AAPL", cadence: cadence(DAY_MS) }], "once a day, none planned"],
  ];
  for (const [sentence, plans, expected] of cases) {
    it(`tells ${sentence}`, () => expect(textOf(plans)).to.equal(expected));
  }
});

describe("budgetText()", () => {
  const budget = (changes: object) =>
    FetcherReport.fromPartial({ budget: { limit: 25, window: cadence(DAY_MS), ...changes } });

  it("tells what is used, and when one more is free", () => {
    expect(budgetText(budget({ used: 12, freeTime: CLOSE }), NOW)).to.equal(
      "requests 12 of 25 in 24 h, next free at 18:15 New York",
    );
    expect(budgetText(budget({ used: 0 }), NOW)).to.equal("requests 0 of 25 in 24 h");
  });

  it("says nothing where no limit holds for a day", () => {
    expect(budgetText(FetcherReport.fromPartial({}), NOW)).to.equal(null);
  });
});

describe("newYorkText()", () => {
  it("names the day there unless it is the same, and the date a week away", () => {
    expect(newYorkText(new Date("2026-05-16T02:00Z"), NOW)).to.equal("22:00 New York");
    expect(newYorkText(new Date("2026-05-16T04:00Z"), NOW)).to.equal("Sat 00:00 New York");
    expect(newYorkText(later(7 * DAY_MS), NOW)).to.equal("2026-05-22 18:15 New York");
  });
});

describe("latenessTexts()", () => {
  const report = (symbols: readonly string[], ms: number, limit?: number) =>
    FetcherReport.fromPartial({
      plans: symbols.map((symbol) => ({ symbol, cadence: cadence(ms) })),
      ...(limit === undefined ? {} : { budget: { limit, used: 0 } }),
    });
  const free = report(["AAPL", "IBM"], DAY_MS, 25);

  it("says how often they are read, and why so seldom, in one line for all of the same rhythm", () => {
    const why = "(25 requests a day for 2 symbols)";
    expect(latenessTexts(["IBM", "AAPL"], [free])).to.eql([
      `IBM, AAPL are read once a day ${why}; an alert can be that late.`,
    ]);
    const many = ["A", "B", "C", "D", "E", "F"];
    expect(latenessTexts([...many, "AAPL"], [free, report(many, 5 * MINUTE_MS)])).to.eql([
      "A, B, C, D, E and 1 more are read about every 5m; an alert can be that late.",
      `AAPL is read once a day ${why}; an alert can be that late.`,
    ]);
  });

  it("says nothing of what some fetcher reads every minute, and of what nobody has told of", () => {
    expect(latenessTexts(["AAPL", "MSFT"], [free, report(["AAPL"], MINUTE_MS)])).to.eql([]);
    expect(latenessTexts(["AAPL"], [])).to.eql([]);
  });
});
