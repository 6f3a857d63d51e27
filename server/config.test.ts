import { expect } from "chai";
import { DAY_MS } from "../domain/time.ts";
import { serverConfig } from "./config.ts";

describe("serverConfig()", () => {
  const cases: readonly (readonly [ticks: string, minutes: string, keeps: readonly (number | null)[]])[] = [
    ["30d", "30d", [30, 30]],
    ["7d", "forever", [7, null]],
    ["forever", "forever", [null, null]],
  ];
  for (const [ticks, minutes, keeps] of cases) {
    it(`keeps ticks for ${ticks} where minutes are kept for ${minutes}`, () => {
      const { keep } = serverConfig({ BELL_KEEP_TICKS: ticks, BELL_KEEP_MINUTES: minutes });
      expect([keep.ticksMs, keep.minutesMs]).to.deep.equal(keeps.map((days) => (days === null ? null : days * DAY_MS)));
    });
  }
});
