import { expect } from "chai";
import fc from "fast-check";
import { formatDuration, isDuration, parseDuration } from "./duration.ts";
import { AppError } from "./error.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./time.ts";

const LONGEST_MINUTES = 30 * 24 * 60;

describe("parseDuration()", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["1m", MINUTE_MS],
    ["10M", 10 * MINUTE_MS],
    ["1h30m", 90 * MINUTE_MS],
    ["90m", 90 * MINUTE_MS],
    ["2d", 2 * DAY_MS],
    ["1d0h05m", DAY_MS + 5 * MINUTE_MS],
    ["43200m", 30 * DAY_MS],
    ["30d", 30 * DAY_MS],
  ];
  for (const [text, ms] of cases) {
    it(`reads ${text}`, () => expect(parseDuration(text, "rearm_for")).to.equal(ms));
  }

  const refused = [
    "",
    " ",
    "0m",
    "0d",
    "30d1m",
    "43201m",
    "99999d",
    "100000m",
    "10",
    "10s",
    "1w",
    "m",
    "30m1h",
    "1h1h",
  ];
  for (const text of [
    ...refused,
    "1.5h",
    "-10m",
    "+1h",
    "1h 30m",
    " 1h",
    "1h\n",
    "١٠m",
    "1e3m",
    "9".repeat(10_000) + "m",
  ]) {
    it(`refuses ${JSON.stringify(text.slice(0, 20))}`, () => {
      expect(() => parseDuration(text, "rearm_for"))
        .to.throw(AppError, /^rearm_for: ".*" is not a duration from 1m to 30d$/s)
        .with.property("reason", "FIELD_INVALID");
    });
  }
});

describe("formatDuration()", () => {
  const cases: readonly (readonly [ms: number, text: string])[] = [
    [60_000, "1m"],
    [5_400_000, "1h30m"],
    [86_400_000, "1d"],
    [0, "0s"],
  ];
  for (const [ms, text] of cases) it(`writes ${ms} ms as ${text}`, () => expect(formatDuration(ms)).to.equal(text));

  it("writes the shortest text", () => {
    const spans = [MINUTE_MS, 90 * MINUTE_MS, 24 * HOUR_MS, DAY_MS + MINUTE_MS, 30 * DAY_MS];
    expect(spans.map(formatDuration)).to.deep.equal(["1m", "1h30m", "1d", "1d1m", "30d"]);
  });

  it("is read back as the same", () => {
    const minutes = fc.integer({ min: 1, max: LONGEST_MINUTES });
    fc.assert(
      fc.property(minutes, (count) => {
        expect(parseDuration(formatDuration(count * MINUTE_MS), "x")).to.equal(count * MINUTE_MS);
      }),
    );
  });
});

describe("isDuration()", () => {
  it("is true for whole minutes from one to 30 days", () => {
    for (const ms of [MINUTE_MS, 90 * MINUTE_MS, 30 * DAY_MS]) expect(isDuration(ms), String(ms)).to.equal(true);
    for (const ms of [0, -MINUTE_MS, 1.5 * MINUTE_MS, MINUTE_MS + 0.5, 30 * DAY_MS + MINUTE_MS, NaN, Infinity]) {
      expect(isDuration(ms), String(ms)).to.equal(false);
    }
  });
});
