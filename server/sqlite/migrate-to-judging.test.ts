// A database as the version before wrote it, with rows in every table: nothing of it is lost when parents are made anew.
import Database from "better-sqlite3";
import { expect } from "chai";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AppError } from "../../domain/error.ts";
import { judgeAlert } from "../../domain/judging/judge.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import { migrate } from "../../runtime/sqlite/migrate.ts";
import { EXAMPLE_START_MS, exampleAlert, above, crosses, exampleTick } from "../../test/examples.ts";
import { openSqliteStore, openStoreDatabase } from "./sqlite-store.ts";
import { toldTriggers } from "../testing/told-triggers.ts";

const MIGRATIONS = join(import.meta.dirname, "migrations");
const BEFORE = 3;

/** One user with two alerts, of which one has fired and waits to be mailed; and a judging that is open. */
const ROWS = `
  INSERT INTO server_facts VALUES ('boot_id', 'boot-1');
  INSERT INTO quotes VALUES
    ('AAPL', 'example', 0, ${EXAMPLE_START_MS}, ${EXAMPLE_START_MS}, 99, 99, 99, 99, 1, 'always', ${EXAMPLE_START_MS}, 1),
    ('AAPL', 'example', 0, ${EXAMPLE_START_MS + 1_000}, ${EXAMPLE_START_MS + 1_000}, 101, 101, 101, 101, 1, 'always', ${EXAMPLE_START_MS + 1_000}, 3);
  INSERT INTO superseded_quotes VALUES ('AAPL', 'example', 0, ${EXAMPLE_START_MS}, ${EXAMPLE_START_MS}, 98, 98, 98, 98, 1, 'always', 1, NULL);
  INSERT INTO series VALUES ('AAPL', 'regular', 'example', 0, ${EXAMPLE_START_MS}, ${EXAMPLE_START_MS}, ${EXAMPLE_START_MS}, 99, 99, 99, 1);
  INSERT INTO open_judgings VALUES ('AAPL', 'regular', 'example', 0, ${EXAMPLE_START_MS + 1_000}, 3, 1, 100, 1);
  INSERT INTO users VALUES ('user-1', 'a@example.com', 'a@example.com', 'hash', 0, 1);
  INSERT INTO registrations VALUES ('code', 'b@example.com', 'b@example.com', 'hash', 1, 2);
  INSERT INTO sessions VALUES ('session', 'user-1', 'refresh', 1, 2, NULL);
  INSERT INTO used_refresh_tokens VALUES ('used', 'session');
  INSERT INTO alerts VALUES
    (1, 'fired', 'user-1', 'AAPL', 'above', NULL, 100, 'once', 'wait', '0.5', 'n', 5, 6, 2, 'TRIGGERED', 2, 0, 0, 0, NULL, 7, 'r', 'h'),
    (2, 'armed', 'user-1', 'AAPL', 'crosses', 'up', 100, 'every', 'fire', '1', '', 5, 5, 1, 'ARMED', 1, 0, 0, ${EXAMPLE_START_MS}, NULL, NULL, NULL, NULL);
  INSERT INTO alert_changes VALUES (1, 1, NULL, 'ARMED', 'ARMED', 5), (1, 2, 3, 'TRIGGERED', 'FIRED', 7), (2, 1, NULL, 'ARMED', 'ARMED', 5);
  INSERT INTO watch_levels VALUES ('AAPL', 'regular', 1, 100, 2);
  INSERT INTO notifications (id, user_id, symbol, state, reason, due_time, next_attempt_mono, ready_mono, attempts, repeats, was_unsure, token, create_time)
    VALUES ('waiting', 'user-1', 'AAPL', 'WAITING', 'TRIGGERED', ${EXAMPLE_START_MS}, 0, 0, 0, 0, 0, 0, 7);
  INSERT INTO triggers VALUES (1, 'trigger', 1, 'waiting', NULL, 3, 'sentence', 'n', 100, 101, 7, 8, 'AAPL', 'example', 0,
    ${EXAMPLE_START_MS + 1_000}, 101, 101, 101, 101, 1, 'always', ${EXAMPLE_START_MS + 1_000});
  INSERT INTO cooldowns VALUES ('user-1', 'MSFT', 1, 1);
  INSERT INTO delivery_attempts VALUES ('mailed', 1, 7, 8, 'TAKEN', '');
`;

describe("the migration to judging with sessions and options", () => {
  let folder: string;
  let file: string;
  let ids = 0;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-migration-"));
    file = join(folder, "test.db");
    const db = new Database(file);
    migrate(db, migrationsUntil(BEFORE));
    db.exec(ROWS);
    db.close();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const migrationsUntil = (count: number): string => {
    const earlier = join(folder, "earlier");
    mkdirSync(earlier);
    for (const name of readdirSync(MIGRATIONS).sort().slice(0, count))
      copyFileSync(join(MIGRATIONS, name), join(earlier, name));
    return earlier;
  };
  /** How many rows each table has. */
  const counts = (db: Database.Database): Record<string, number> => {
    const tables = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all();
    return Object.fromEntries(
      (tables as string[]).map((name) => [name, Number(db.prepare(`SELECT count(*) FROM ${name}`).pluck().get())]),
    );
  };
  const openStore = () => {
    const deps = { clock: new FakeClock(EXAMPLE_START_MS + 5_000), newId: () => `id-${++ids}`, random: () => 0.5 };
    return openSqliteStore({ file, ...deps, policy: "resend", bootId: "boot-1", log: createLog("test", "silent") });
  };

  it("keeps every row; each session begins with the price that there was", () => {
    const db = new Database(file);
    const before = counts(db);
    db.close();
    expect(Object.entries(before).filter(([, count]) => count === 0)).to.deep.equal([]);
    const opened = openStoreDatabase(file);
    const migrated = opened.db;
    expect(counts(migrated)).to.include({ ...before, series: 3 });
    expect(migrated.pragma("foreign_key_check")).to.deep.equal([]);
    expect(migrated.pragma("foreign_keys", { simple: true })).to.equal(1);
    const series = migrated
      .prepare("SELECT session, close, seq, session_class FROM series ORDER BY session")
      .raw()
      .all();
    expect(series).to.deep.equal(["any", "extended", "regular"].map((session) => [session, 99, 1, "always"]));
    opened.close();
  });

  it("leaves alerts as they were written and as they stood, and they go on being judged", async () => {
    const store = openStore();
    const times = { createTimeMs: 5, updateTimeMs: 5 };
    const armed = await store.alerts.getAlert("user-1", "armed");
    const wishes = { repeat: "every", alreadyTrue: "fire", bandPercent: "1" } as const;
    expect(armed.alert).to.deep.equal(exampleAlert(crosses(100, "up"), { id: "armed", ...wishes, ...times }));
    const fired = await store.alerts.getAlert("user-1", "fired");
    const edited = { id: "fired", note: "n", createTimeMs: 5, updateTimeMs: 6, revision: 2 };
    expect(fired.alert).to.deep.equal(exampleAlert(above(100), edited));
    expect(fired.states).to.deep.include({ symbol: "AAPL", state: fired.states[0]?.state, lastFireTimeMs: 7 });
    expect(fired.states[0]?.state).to.include({ name: "TRIGGERED", version: 2, fireCount: 1 });
    const { triggers, open } = await store.quotes.recordQuotes([], judgeAlert); // goes on with the judging that was open
    expect([triggers.map(({ trigger }) => trigger.alertId), open]).to.deep.equal([["armed"], []]);
    const { stored } = await store.quotes.recordQuotes([[exampleTick(2_000, 102)]], judgeAlert);
    expect(stored.map(({ seq }) => seq)).to.deep.equal([4]);
    const delivery = await store.notifications.beginDelivery("resend");
    const told = delivery === null ? [] : toldTriggers(delivery.content);
    expect(told.map(({ kind, alertId, seq }) => [kind, alertId, seq])).to.deep.equal([
      ["FIRED", "fired", 3],
      ["FIRED", "armed", 3],
    ]);
    await store.close();
  });

  it("refuses a database in which a row refers to one that is not there, and leaves it as it was", () => {
    const db = new Database(file);
    db.pragma("foreign_keys = OFF");
    db.exec("DELETE FROM users");
    const before = counts(db);
    const refusal = (() => {
      try {
        migrate(db, MIGRATIONS);
      } catch (error) {
        return error as AppError;
      }
      throw new Error("it was migrated");
    })();
    expect([refusal.code, refusal.reason]).to.deep.equal(["DATA_LOSS", "STORE_CORRUPT"]);
    expect(refusal.message).to.include("refers to one of users that is not there");
    expect(counts(db)).to.deep.equal(before);
    expect(db.pragma("user_version", { simple: true })).to.equal(BEFORE);
    db.close();
  });
});
