import { expect } from "chai";
import Database from "better-sqlite3";
import { join } from "node:path";
import { LEASE_MS } from "../../domain/notifying/delivery-limits.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import { EXAMPLE_START_MS, exampleBar } from "../../test/examples.ts";
import { storeConformance } from "../store.conformance.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const openStore: OpenStore = ({ folder, ...options }) =>
  new Promise((resolve) => resolve(openSqliteStore({ file: join(folder, "test.db"), ...options })));

storeConformance("the SQLite store", openStore);

describe("what the SQLite store leaves for others to read", () => {
  const world = eachInItsWorld(openStore);
  const query = (sql: string) => {
    const db = new Database(join(world().folder, "test.db"), { readonly: true });
    try {
      return db.prepare(sql).raw().all();
    } finally {
      db.close();
    }
  };

  it("keeps every version in judged_quotes, in the order of judging", async () => {
    const forming = (close: number, afterMs: number) =>
      exampleBar(0, [10, 12, 9, close], { fetchTimeMs: EXAMPLE_START_MS + afterMs });
    await world().record(forming(10, 1_000), exampleBar(0, [5, 5, 5, 5], { symbol: "MSFT" }));
    await world().record(forming(11, 2_000));
    await world().record(exampleBar(1, [10, 12, 9, 10]), forming(12, 30_000));
    expect(query("SELECT seq, symbol, close FROM judged_quotes ORDER BY seq")).to.deep.equal([
      [1, "AAPL", 10],
      [2, "MSFT", 5],
      [3, "AAPL", 11],
      [4, "AAPL", 12],
      [5, "AAPL", 10],
    ]);
    expect(query("SELECT count(*) FROM superseded_quotes")).to.deep.equal([[2]]);
  });

  it("wipes a code when its mail has ended", async () => {
    await world().user();
    expect(query("SELECT state, code FROM notifications")).to.deep.equal([["SENT", null]]);
  });

  it("says of every attempt how it ended, also of those that nobody reported", async () => {
    await world().fire(await world().user());
    await world().lose(await world().begin());
    await world().begin();
    world().clock.advance(LEASE_MS);
    await world().sweep();
    world().clock.advance(MINUTE_MS);
    await world().begin();
    await world().reboot(DAY_MS / 2);
    const ended = "SELECT token, reason FROM delivery_attempts WHERE end_time IS NOT NULL ORDER BY begin_time, token";
    expect(query(ended)).to.deep.equal([
      [1, "TAKEN"], // the account mail
      [1, "STREAM_BROKE"],
      [2, "LEASE_RAN_OUT"],
      [3, "REBOOTED"],
    ]);
  });

  it("writes a line for each change of an alert's state", async () => {
    await world().fire(await world().user());
    const fire = { owesBack: true, remindSinceSeenMs: 1_000 };
    expect(query("SELECT version, seq, state, reason, after FROM alert_changes")).to.deep.equal([
      [1, null, "ARMED", "ARMED", `{"armedAsOfMs":${EXAMPLE_START_MS + 1_000}}`],
      [
        2,
        2,
        "TRIGGERED",
        "FIRED",
        JSON.stringify({ fireCount: 1, recentFiresMs: [EXAMPLE_START_MS + 2_000], ...fire }),
      ],
    ]);
  });
});
