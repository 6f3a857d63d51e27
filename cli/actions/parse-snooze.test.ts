import { expect } from "chai";
import { Zone } from "../../domain/calendar/zone.ts";
import { UsageError } from "../usage-error.ts";
import { parseSnooze } from "./parse-snooze.ts";

const BERLIN = new Zone("Europe/Berlin");
const NOW = Date.parse("2026-10-24T20:00:00Z"); // 22:00 in Berlin, the night before the clocks are set back

describe("parseSnooze()", () => {
  const cases: readonly (readonly [text: string, moment: string])[] = [
    ["2h", "2026-10-24T22:00:00Z"],
    ["1d12h", "2026-10-26T08:00:00Z"],
    ["23:00", "2026-10-24T21:00:00Z"],
    ["22:00", "2026-10-25T21:00:00Z"],
    ["8:00", "2026-10-25T07:00:00Z"],
    ["today 23:30", "2026-10-24T21:30:00Z"],
    ["tomorrow 08:00", "2026-10-25T07:00:00Z"],
    ["Tomorrow", "2026-10-24T22:00:00Z"],
    ["2026-12-24", "2026-12-23T23:00:00Z"],
    ["2026-12-24 08:00", "2026-12-24T07:00:00Z"],
    ["2026-12-24T08:00:00Z", "2026-12-24T08:00:00Z"],
    ["2026-12-24T08:00+05:30", "2026-12-24T02:30:00Z"],
  ];
  for (const [text, moment] of cases)
    it(`reads ${text}`, () => {
      expect(parseSnooze(text, NOW, BERLIN)).to.deep.equal(new Date(moment));
    });

  const refused: readonly (readonly [text: string, why: string])[] = [
    ["", "no time to come"],
    ["soon", "no time to come"],
    ["0h", "no time to come"],
    ["tomorrow8:00", "no time to come"],
    ["tomorrow 8", "no time to come"],
    ["25:00", "no time of day 25:00"],
    ["tomorrow 08:60", "no time of day 08:60"],
    ["2026-02-30", "no day 2026-02-30"],
    ["today 21:00", "is past"],
    ["2026-10-24", "is past"],
    ["2026-10-24T19:59:59Z", "is past"],
  ];
  for (const [text, why] of refused)
    it(`refuses "${text}": ${why}`, () => {
      expect(() => parseSnooze(text, NOW, BERLIN)).to.throw(UsageError, why);
    });
});
