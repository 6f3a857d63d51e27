import { expect } from "chai";
import { mailTimes } from "./mail-times.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";

describe("mailTimes()", () => {
  const cases: readonly (readonly [title: string, fires: readonly number[], mails: readonly number[]])[] = [
    ["no fire is no mail", [], []],
    ["the first goes at once", [5], [5]],
    ["what fires within the hour waits, and goes together", [0, 10, 20], [0, 60, 60]],
    ["what fires when the hour is over goes at once", [0, 60, 120], [0, 60, 120]],
    ["the hour begins with the mail, not with the fire", [0, 10, 90], [0, 60, 120]],
    ["what fires at the moment of a mail that waited is in it", [0, 10, 60, 61], [0, 60, 60, 120]],
    ["two at one moment are one mail", [0, 0], [0, 0]],
    ["after a quiet time it goes at once again", [0, 10, 500], [0, 60, 500]],
  ];
  for (const [title, fires, mails] of cases) {
    it(title, () => {
      const inMs = (minutes: readonly number[]): number[] => minutes.map((minute) => 7 * HOUR_MS + minute * MINUTE_MS);
      expect(mailTimes(inMs(fires))).to.deep.equal(inMs(mails));
    });
  }
});
