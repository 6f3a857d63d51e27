import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { parseComing, parseMoment } from "./parse-time.ts";

const NOW = Date.parse("2026-11-22T14:30:10.500Z");

describe("parseMoment()", () => {
  for (const [text, moment] of [
    ["6h", "2026-11-22T08:30:10.500Z"],
    ["2026-11-20", "2026-11-20T00:00:00.000Z"],
    ["2026-11-20T15:00:00Z", "2026-11-20T15:00:00.000Z"],
    ["2026-11-20T15:00+01:00", "2026-11-20T14:00:00.000Z"],
    ["2026-11-20 15:00:07 UTC", "2026-11-20T15:00:07.000Z"],
    ["10:52", "2026-11-22T10:52:00.000Z"],
    ["14:30:10", "2026-11-22T14:30:10.000Z"],
    ["14:30:11", "2026-11-21T14:30:11.000Z"],
    ["23:59 UTC", "2026-11-21T23:59:00.000Z"],
    ["00:00Z", "2026-11-22T00:00:00.000Z"],
  ] as const) {
    it(`reads ${text}`, () => expect(parseMoment("--at", text, NOW).toISOString()).to.equal(moment));
  }

  for (const text of [
    "soon",
    "25:00",
    "10:60",
    "1:00",
    "10:52 CET",
    "2026-11-20T15:00",
    "2026-11-20 15:00",
    "2026-13-01",
  ]) {
    it(`refuses ${text}, by the option's name`, () =>
      expect(() => parseMoment("--at", text, NOW)).to.throw(AppError, `--at: "${text}" is not a time`));
  }
});

describe("parseComing()", () => {
  it("reads what we show, and no time of day, which could be meant in any zone", () => {
    const coming = parseComing("--until", "2026-12-01 15:00:00 UTC", NOW, "start");
    expect(coming.toISOString()).to.equal("2026-12-01T15:00:00.000Z");
    expect(() => parseComing("--until", "15:00", NOW, "start")).to.throw(AppError, '--until: "15:00" is not a time');
  });
});
