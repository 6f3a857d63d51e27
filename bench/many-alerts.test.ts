// Whatever is measured with many alerts means something only if they watch as alerts do.
import Database from "better-sqlite3";
import { expect } from "chai";
import { join } from "node:path";
import { DAY_MS } from "../domain/time.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { inBenchFolder } from "./judging-lane.ts";
import { fillAlerts, levelAbove } from "./many-alerts.ts";
import { RandomTicks, STILL } from "./random-ticks.ts";

describe("fillAlerts()", () => {
  it("arms alerts of these users that wait for prices, evenly spread on both sides, also on prices of long ago", () =>
    inBenchFolder(async (folder) => {
      const file = join(folder, "test.db");
      const ticks = new RandomTicks(systemClock.now() - 2 * DAY_MS, STILL);
      await fillAlerts(file, ticks.take(ticks.symbols.length), 1_000, (at) => `owner-${at % 4}`);
      const db = new Database(file, { readonly: true });
      const all = (sql: string): unknown[] => db.prepare(sql).raw().all();
      const sides = all(
        "SELECT side, count(*), count(DISTINCT level), min(level), max(level) FROM watch_levels GROUP BY side",
      );
      const states = all("SELECT state, awaits_baseline, count(*), count(DISTINCT user_id) FROM alerts GROUP BY 1, 2");
      db.close();
      expect(sides).to.deep.equal([
        [0, 500, 50, 80.4, 100],
        [1, 500, 50, 100.01, 119.61],
      ]);
      expect(states).to.deep.equal([["ARMED", 0, 1_000, 4]]);
      expect([0, 24, 49].map((nth) => levelAbove(STILL.middle, nth, 50))).to.deep.equal([100.01, 109.61, 119.61]);
    }));
});
