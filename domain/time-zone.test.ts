import { expect } from "chai";
import { AppError } from "./error.ts";
import { parseTimeZone } from "./time-zone.ts";

describe("parseTimeZone()", () => {
  const cases: Readonly<Record<string, string>> = {
    "": "UTC",
    "  ": "UTC",
    UTC: "UTC",
    utc: "UTC",
    "Europe/Berlin": "Europe/Berlin",
    "europe/BERLIN": "Europe/Berlin",
    " America/New_York ": "America/New_York",
    "Etc/GMT+5": "Etc/GMT+5",
    "Asia/Kolkata": "Asia/Kolkata",
    "Europe/Kyiv": "Europe/Kyiv",
    "US/Eastern": "US/Eastern",
    GMT: "GMT",
  };
  for (const [typed, kept] of Object.entries(cases)) {
    it(`keeps ${JSON.stringify(typed)} as ${kept}`, () => expect(parseTimeZone(typed)).to.equal(kept));
  }

  const refusalOf = (text: string): AppError => {
    try {
      parseTimeZone(text);
    } catch (error) {
      if (error instanceof AppError) return error;
    }
    throw new Error(`${text} was taken`);
  };

  const strange = [
    "Europe/Berln",
    "Mars/Olympus",
    "+02:00",
    "UTC+2",
    "Europe",
    "Europe/Berlin; DROP",
    "Europe/\u0000Berlin",
  ];
  for (const typed of [...strange, "Europe//Berlin", "../etc/localtime", "x".repeat(100_000), "\ud800", "__proto__"]) {
    it(`refuses ${JSON.stringify(typed.slice(0, 20))}`, () => {
      const { code, fields } = refusalOf(typed);
      expect(code).to.equal("INVALID_ARGUMENT");
      expect(fields).to.deep.equal([{ field: "time_zone", reason: "TIME_ZONE", message: "is no time zone" }]);
    });
  }

  it("names the nearest, and the zone of a city that was typed alone", () => {
    expect(refusalOf("Europe/Berln").hint).to.include("Europe/Berlin");
    expect(refusalOf("Berlin").hint).to.equal("Near it: Europe/Berlin.");
    expect(refusalOf("new york").hint).to.equal("Near it: America/New_York.");
    expect(refusalOf("Londn").hint).to.equal("Near it: Europe/London.");
    expect(refusalOf("Kalkutta").hint).to.equal("Near it: Asia/Calcutta.");
    expect(refusalOf("Mars/Berlin").hint).to.equal("Near it: Europe/Berlin.");
  });

  for (const typed of ["Nope", "Mars/Olympus", "CEST", "UTC+2", "Europe", "x".repeat(1_000)]) {
    it(`names no zone that is not near ${typed.slice(0, 20)}, but where all are`, () => {
      expect(refusalOf(typed).hint).to.match(/^It is a name such as Europe\/Berlin; all of them: https:/);
    });
  }
});
