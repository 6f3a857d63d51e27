import { expect } from "chai";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { above, exampleTick } from "../../test/examples.ts";
import { Ingest } from "../ingest.ts";
import { DataEventClock } from "../event-clock.ts";
import { QuoteFeed } from "../quote-feed.ts";
import type { QuoteStore, RecordResult } from "../store.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";
import { TriggerFeed } from "../trigger-feed.ts";
import { ALERTS_PER_COMMIT } from "./quote-judging.ts";
import { openSqliteStore, openStoreDatabase } from "./sqlite-store.ts";

const ALERTS = 20_000;
const COPIES = `WITH RECURSIVE copies (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < ${ALERTS - 1})`;
const OWN_COLUMNS = ["row", "id", "level"];

const openStore: OpenStore = ({ folder, ...options }) =>
  new Promise((resolve) => resolve(openSqliteStore({ file: join(folder, "test.db"), ...options })));

describe("a quote that touches 20,000 alerts", () => {
  const world = eachInItsWorld(openStore);

  /** One alert of the user, and copies of it at levels of their own: to make each by itself would take a commit each. */
  const armMany = async (): Promise<void> => {
    const user = await world().user();
    await world().tick(100);
    await world().tick(100, { symbol: "MSFT" });
    await world().arm(user, above(110));
    await world().store.close();
    const database = openStoreDatabase(join(world().folder, "test.db"));
    const all = database.db.prepare("SELECT name FROM pragma_table_info('alerts')").pluck().all() as string[];
    const columns = all.filter((name) => !OWN_COLUMNS.includes(name)).join(", ");
    database.db.exec(`INSERT INTO alerts (id, level, ${columns}) ${COPIES}
      SELECT 'copy-' || n, 105 + n / 2000.0, ${columns} FROM alerts, copies`);
    database.db.exec(
      "INSERT INTO watch_levels SELECT symbol, session, 1, level, row FROM alerts WHERE id LIKE 'copy-%'",
    );
    database.close();
    await world().open();
  };

  /** An ingest on the world's store that keeps what every commit did. */
  const startIngest = (commits: RecordResult[]): Ingest => {
    const { quotes } = world().store;
    const recordQuotes: QuoteStore["recordQuotes"] = async (batches, judge) => {
      const result = await quotes.recordQuotes(batches, judge);
      commits.push(result);
      return result;
    };
    return new Ingest({
      quotes: { recordQuotes } as Partial<QuoteStore> as QuoteStore,
      eventClock: new DataEventClock(null),
      feed: new QuoteFeed(),
      triggers: new TriggerFeed(),
      dispatcher: { wake: () => undefined },
      clock: world().clock,
      log: { error: () => undefined } as never,
      yieldToOthers: setImmediate,
    });
  };

  it("is judged in many short commits; other symbols' quotes are taken meanwhile, and each alert fires once", async () => {
    await armMany();
    const commits: RecordResult[] = [];
    const ingest = startIngest(commits);
    const stay = new AbortController().signal;
    const large = await ingest.submit([exampleTick(60_000, 118)], stay);
    const over = new AbortController();
    void large.through.then(() => over.abort());
    let others = 0;
    for (; !over.signal.aborted; others += 1) {
      const { through } = await ingest.submit([exampleTick(60_000 + others, 101, { symbol: "MSFT" })], stay);
      expect(await through).to.include({ storedCount: 1 });
    }
    await ingest.close();
    expect(others).to.be.greaterThan(ALERTS / ALERTS_PER_COMMIT / 2);
    expect(Math.max(...commits.map(({ triggers }) => triggers.length))).to.be.at.most(ALERTS_PER_COMMIT);
    const fired = commits.flatMap(({ triggers }) => triggers.map(({ trigger }) => trigger.alertId));
    expect([fired.length, new Set(fired).size]).to.deep.equal([ALERTS, ALERTS]);
  });
});
