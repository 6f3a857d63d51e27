import { expect } from "chai";
import { DAY_MS } from "../../domain/time.ts";
import { retryAfterMs } from "./retry-after.ts";

const NOW = Date.parse("2026-10-21T07:27:00Z");
const THEN = "Wed, 21 Oct 2026 07:28:00 GMT";

describe("retryAfterMs()", () => {
  const cases: [string, string, string, number | null][] = [
    ["seconds", "7", "", 7_000],
    ["no second at all", "0", "", 0],
    ["three days at most", "999999", "", 3 * DAY_MS],
    ["a date, from now", THEN, "", 60_000],
    ["a date, from when the answer was sent by its sender's clock", THEN, "Wed, 21 Oct 2026 07:27:50 GMT", 10_000],
    ["a date, from now where the sender's clock cannot be read", THEN, "yesterday", 60_000],
    ["a date that is over", "Wed, 21 Oct 2026 07:00:00 GMT", "", 0],
    ["a date far ahead as three days", "Wed, 28 Oct 2026 07:28:00 GMT", "", 3 * DAY_MS],
    ["a date in the old form", "Wednesday, 21-Oct-26 07:28:00 GMT", "", 60_000],
    ["a date in the form of C", "Wed Oct 21 07:28:00 2026", "", 60_000],
    ["nothing as nothing", "", "", null],
    ["words as nothing", "soon", "", null],
    ["a negative number as nothing", "-5", "", null],
    ["a fraction as nothing", "1.5", "", null],
    ["another form of date as nothing", "2026-10-21T07:28:00Z", "", null],
    ["a day that there is not as nothing", "Wed, 99 Oct 2026 07:28:00 GMT", "", null],
  ];
  for (const [sentence, text, date, expected] of cases) {
    it(`takes ${sentence}`, () => expect(retryAfterMs(text, date, NOW)).to.equal(expected));
  }
});
