import { expect } from "chai";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { renderAge } from "./age.ts";
import { renderSize } from "./size.ts";

describe("renderAge()", () => {
  for (const [ms, text] of [
    [-5_000, "0s"],
    [999, "0s"],
    [12_345, "12s"],
    [4 * MINUTE_MS + 3_000, "4m3s"],
    [40 * MINUTE_MS + 3_000, "40m"],
    [2 * HOUR_MS + 5 * MINUTE_MS + 1, "2h5m"],
    [3 * DAY_MS + 4 * HOUR_MS + 9 * MINUTE_MS, "3d4h"],
  ] as const) {
    it(`says ${text} of ${ms} ms`, () => expect(renderAge(ms)).to.equal(text));
  }
});

describe("renderSize()", () => {
  for (const [bytes, text] of [
    [0, "0 B"],
    [999, "999 B"],
    [1_000, "1.0 kB"],
    [172_032, "172 kB"],
    [83_859_550_208, "83.9 GB"],
    [5e15, "5000 TB"],
  ] as const) {
    it(`says ${text} of ${bytes}`, () => expect(renderSize(bytes)).to.equal(text));
  }
});
