// An alert may change with every price for years, and is asked about all the same: what it does not take is not read.
import Database from "better-sqlite3";
import { expect } from "chai";
import { join } from "node:path";
import { SECOND_MS, type TimeMs } from "../../domain/time.ts";
import { above, EXAMPLE_START_MS } from "../../test/examples.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";
import { HistoryExplain } from "./history-explain.ts";
import { HistoryQuotes } from "./history-quotes.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const openStore: OpenStore = ({ folder, ...options }) =>
  new Promise((resolve) => resolve(openSqliteStore({ file: join(folder, "test.db"), ...options })));

const COPIES = "WITH RECURSIVE copies (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < 3000)";
/** What is read of it throws. */
const UNREADABLE = "this is no JSON";

describe("HistoryExplain", () => {
  const world = eachInItsWorld(openStore);

  /** The reasons told, newest first, of an alert at 100 that heard 101, 99 and 101, after something was done to its file. */
  const reasonsAfter = async (change: (db: Database.Database) => void, atMs: TimeMs | null): Promise<string[]> => {
    const userId = await world().user();
    await world().tick(98);
    const { id } = (await world().arm(userId, above(100), { repeat: "every" })).alert;
    for (const price of [101, 99, 101]) await world().tick(price);
    const db = new Database(join(world().folder, "test.db"));
    try {
      change(db);
      const explain = new HistoryExplain(db, new HistoryQuotes(db));
      const [told] = explain.explain({ userId, id, atMs, limit: 100 });
      return (told?.judgements ?? []).map(({ reason }) => reason);
    } finally {
      db.close();
    }
  };

  it("reads so many changes as it takes, and no older ones", async () => {
    const reasons = await reasonsAfter((db) => {
      db.exec("UPDATE alert_changes SET version = version + 3000");
      db.exec(`INSERT INTO alert_changes ${COPIES}
        SELECT alert, n, 0, 'ARMED', 'REARMED', time, iif(n > 2000, '', '${UNREADABLE}') FROM alert_changes, copies WHERE version = 3001`);
    }, null);
    expect(reasons).to.deep.equal(["FIRED", "REARMED", "FIRED", "ARMED"]);
  });

  it("reads nothing of changes on prices that came after the moment in question", async () => {
    const reasons = await reasonsAfter(
      (db) => {
        db.exec(`INSERT INTO alert_changes ${COPIES}
          SELECT alert, 1000 + n, 1000 + n, 'ARMED', 'REARMED', time, '${UNREADABLE}' FROM alert_changes, copies WHERE version = 1`);
      },
      EXAMPLE_START_MS + 3 * SECOND_MS,
    );
    expect(reasons).to.deep.equal(["REARMED", "FIRED", "ARMED"]);
  });
});
