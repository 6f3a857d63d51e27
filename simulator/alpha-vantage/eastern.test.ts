import { expect } from "chai";
import { HOUR_MS } from "../../domain/time.ts";
import {
  easternDate,
  easternStamp,
  easternStampMillis,
  easternTimeOfDay,
  fromWall,
  isRepeatedHour,
  startOfEasternDay,
} from "./eastern.ts";

describe("easternStamp()", () => {
  it("follows summer and winter time", () => {
    expect(easternStamp(Date.parse("2026-07-01T12:00:05Z"))).to.equal("2026-07-01 08:00:05");
    expect(easternStamp(Date.parse("2026-12-01T12:00:05Z"))).to.equal("2026-12-01 07:00:05");
    expect(easternStampMillis(Date.parse("2026-12-01T12:00:05.007Z"))).to.equal("2026-12-01 07:00:05.007");
  });

  it("changes on the very second the clocks do", () => {
    expect(easternStamp(Date.parse("2026-03-08T06:59:59Z"))).to.equal("2026-03-08 01:59:59");
    expect(easternStamp(Date.parse("2026-03-08T07:00:00Z"))).to.equal("2026-03-08 03:00:00");
  });
});

describe("fromWall()", () => {
  it("gives back the instant of every hour around both changes of the clock", () => {
    for (const day of ["2026-03-07T12:00Z", "2026-10-31T12:00Z", "2026-05-15T12:00Z"]) {
      for (let hour = 0; hour < 48; hour++) {
        const atMs = Date.parse(day) + hour * HOUR_MS;
        const wall = Date.parse(`${easternStamp(atMs).replace(" ", "T")}Z`);
        expect(fromWall(wall), easternStamp(atMs)).to.equal(isRepeatedHour(atMs) ? atMs - HOUR_MS : atMs);
      }
    }
  });
});

describe("isRepeatedHour()", () => {
  it("is true for the second of the two hours in autumn only", () => {
    expect(isRepeatedHour(Date.parse("2026-11-01T05:30Z"))).to.equal(false);
    expect(isRepeatedHour(Date.parse("2026-11-01T06:30Z"))).to.equal(true);
    expect(isRepeatedHour(Date.parse("2026-11-01T07:30Z"))).to.equal(false);
    expect(isRepeatedHour(Date.parse("2026-03-08T07:30Z"))).to.equal(false);
  });
});

describe("startOfEasternDay()", () => {
  it("is midnight in New York, whatever the date in London", () => {
    const late = Date.parse("2026-05-16T03:59:59Z");
    expect(easternDate(late)).to.equal("2026-05-15");
    expect(new Date(startOfEasternDay(late)).toISOString()).to.equal("2026-05-15T04:00:00.000Z");
    expect(easternTimeOfDay(late)).to.equal(24 * HOUR_MS - 1000);
  });
});
