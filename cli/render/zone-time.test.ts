import { expect } from "chai";
import { Zone } from "../../domain/calendar/zone.ts";
import { renderZoneTime } from "./zone-time.ts";

describe("renderZoneTime()", () => {
  const now = Date.parse("2026-11-22T22:30:00Z"); // 23:30 in Berlin
  const cases: readonly (readonly [time: string, zone: string, told: string])[] = [
    ["2026-11-22T22:59:59Z", "Europe/Berlin", "23:59"],
    ["2026-11-22T23:00:00Z", "Europe/Berlin", "Mon 23 Nov 00:00"],
    ["2026-11-22T23:00:00Z", "America/New_York", "18:00"],
    ["2027-01-04T06:00:00Z", "Europe/Berlin", "Mon 4 Jan 2027 07:00"],
    ["2026-11-23T06:00:00Z", "Asia/Kolkata", "11:30"],
  ];
  for (const [time, zone, told] of cases)
    it(`tells ${time} in ${zone} as ${told}`, () => {
      expect(renderZoneTime(Date.parse(time), now, new Zone(zone))).to.equal(told);
    });
});
