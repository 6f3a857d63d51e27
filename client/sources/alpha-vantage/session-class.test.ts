import { expect } from "chai";
import { sessionClassOfStamp } from "./session-class.ts";

describe("sessionClassOfStamp()", () => {
  const cases: [string, string, string | null][] = [
    ["night ends at four", "2026-05-15 03:59:59", null],
    ["before the bell from four", "2026-05-15 04:00:00", "pre"],
    ["before the bell until half past nine", "2026-05-15 09:29:59", "pre"],
    ["regular from half past nine", "2026-05-15 09:30:00", "regular"],
    ["regular until four in the afternoon", "2026-05-15 15:59:59.999", "regular"],
    ["after hours from four", "2026-05-15 16:00:00", "post"],
    ["after hours until eight, eight included", "2026-05-15 20:00:00", "post"],
    ["night from eight", "2026-05-15 20:00:01", null],
    ["nothing on Saturday", "2026-05-16 10:00:00", null],
    ["nothing on Sunday", "2026-05-17 10:00:00", null],
    ["Monday again", "2026-05-18 10:00:00", "regular"],
  ];
  for (const [sentence, stamp, expected] of cases) {
    it(sentence, () => {
      expect(sessionClassOfStamp(stamp)).to.equal(expected);
    });
  }
});
