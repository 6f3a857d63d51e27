import Database from "better-sqlite3";
import { expect } from "chai";
import { join } from "node:path";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { migrate } from "../../runtime/sqlite/migrate.ts";
import { above, EXAMPLE_START_MS, exampleTick } from "../../test/examples.ts";
import { expire, USUAL_KEEP } from "../testing/expire.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";
import { DeletedAlerts } from "./deleted-alerts.ts";
import { EndedSessions } from "./ended-sessions.ts";
import { ExpiredQuotes } from "./expired-quotes.ts";
import { OldMailRecords } from "./old-mail-records.ts";
import { MIGRATIONS } from "./server-schema.ts";
import { openSqliteStore } from "./sqlite-store.ts";
import { UPSERT_QUOTE } from "./quote-store.ts";

const openStore: OpenStore = ({ folder, ...options }) =>
  Promise.resolve(openSqliteStore({ file: join(folder, "test.db"), ...options }));

describe("what retention leaves in the tables", () => {
  const world = eachInItsWorld(openStore);
  const query = (sql: string) => {
    const db = new Database(join(world().folder, "test.db"), { readonly: true });
    try {
      return db.prepare(sql).raw().all();
    } finally {
      db.close();
    }
  };

  it("removes alerts a month after they were deleted, with their changes; of one that fired the row stays", async () => {
    const userId = await world().user();
    await world().fire(userId);
    const quiet = await world().arm(userId, above(1_000));
    const kept = await world().arm(userId, above(2_000));
    const ids = (await world().alerts(userId)).map(({ alert }) => alert.id).filter((id) => id !== kept.alert.id);
    await world().store.alerts.deleteAlerts(userId, ids, () => undefined);
    const levels = "SELECT level, (SELECT count(*) FROM alert_changes WHERE alert = row) FROM alerts ORDER BY level";
    await world().record(exampleTick(29 * DAY_MS, 100));
    await expire(world().store);
    expect(query(levels)).to.deep.equal([
      [100, 3],
      [1_000, 2],
      [2_000, 1],
    ]);
    await world().record(exampleTick(31 * DAY_MS, 100));
    await expire(world().store);
    expect(query(levels)).to.deep.equal([
      [100, 1],
      [2_000, 1],
    ]);
    const [notification] = await world().notifications(userId);
    expect(notification?.triggers.map(({ alertId }) => alertId)).to.deep.equal(
      ids.filter((id) => id !== quiet.alert.id),
    );
  });

  it("goes through many deleted alerts, slice by slice, and again from the first", async () => {
    const userId = await world().user();
    await world().tick(90);
    const made = await Promise.all(Array.from({ length: 120 }, () => world().arm(userId, above(100))));
    await world().tick(101);
    const quiet = await Promise.all(Array.from({ length: 120 }, () => world().arm(userId, above(200))));
    const ids = [...made, ...quiet].map(({ alert }) => alert.id);
    await world().store.alerts.deleteAlerts(userId, ids, () => undefined);
    await expire(world().store);
    expect(query("SELECT count(*) FROM alerts")).to.deep.equal([[240]]);
    await world().record(exampleTick(31 * DAY_MS, 100));
    await expire(world().store);
    expect(query("SELECT count(*) FROM alerts")).to.deep.equal([[120]]);
  });

  it("removes sessions a day after they ended or were over, with the refresh tokens they used up", async () => {
    const { sessions } = world().store;
    const userId = await world().user();
    const [ended, idle] = [await world().logIn(userId), await world().logIn(userId, world().newSession("idle", "#0"))];
    const next = { ...world().newSession("-", "#1"), sealed: Buffer.alloc(0) };
    await sessions.refreshSession("#0", next);
    await sessions.endSessions(userId, idle);
    const over =
      "SELECT id, (SELECT count(*) FROM used_refresh_tokens WHERE session_id = id) FROM sessions ORDER BY id";
    const overAfter = async (ms: number) => {
      world().clock.advance(ms);
      while ((await world().store.retention.removeEndedSessions(DAY_MS)).hasMore);
      return query(over);
    };
    expect(await overAfter(DAY_MS - 1)).to.deep.include.members([
      [ended, 0],
      [idle, 1],
    ]);
    expect(await overAfter(1)).to.deep.equal([[idle, 1]]);
    expect(await overAfter(HOUR_MS - 1)).to.deep.equal([[idle, 1]]);
    expect(await overAfter(1)).to.deep.equal([]);
  });

  it("goes through many sessions and many used tokens, slice by slice, and again from the first", async () => {
    const users = [await world().user(), await world().user(), await world().user()];
    for (const userId of users) for (let at = 0; at < 60; at += 1) await world().logIn(userId);
    const { sessions, retention } = world().store;
    await world().logIn(users[0] ?? "", world().newSession("busy", "#0"));
    for (let at = 0; at < 120; at += 1) {
      const next = { ...world().newSession("-", `#${at + 1}`), sealed: Buffer.alloc(0) };
      await sessions.refreshSession(`#${at}`, next);
    }
    const left = "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM used_refresh_tokens)";
    while ((await retention.removeEndedSessions(DAY_MS)).hasMore);
    expect(query(left)).to.deep.equal([[184, 120]]);
    world().clock.advance(DAY_MS + HOUR_MS);
    while ((await retention.removeEndedSessions(DAY_MS)).hasMore);
    expect(query(left)).to.deep.equal([[0, 0]]);
  });

  it("removes what operators were told a month after it ended, with its attempts, and nothing that still waits", async () => {
    const { notifications, users, retention } = world().store;
    const operator = await world().user();
    await users.insertSetupCode({ codeHash: "#", expireTimeMs: world().clock.now() + HOUR_MS });
    await users.claimOperator(operator, "#");
    const tell = (key: string) => notifications.tellOperators({ kind: "FEED_STALE", key, detail: key }, 0);
    await tell("then");
    await world().end(await world().begin(), "taken");
    const left = async (ms: number) => {
      world().clock.advance(ms);
      while ((await retention.removeOldMailRecords(30 * DAY_MS)).hasMore);
      return query(`SELECT count(*), (SELECT count(*) FROM operator_notices), (SELECT count(*) FROM delivery_attempts)
        FROM notifications WHERE symbol = 'notice/FEED_STALE'`);
    };
    expect(await left(30 * DAY_MS - 1)).to.deep.equal([[1, 1, 2]]);
    await tell("now");
    expect(await left(1)).to.deep.equal([[1, 1, 1]]);
    expect((await world().notifications(operator)).map(({ operatorNotices: [told] }) => told?.detail)).to.deep.equal([
      "now",
    ]);
  });

  it("removes the attempts of what went into another notification a month later, or with its user", async () => {
    world().policy = "hold";
    const merged = async () => {
      const user = await world().user();
      await world().fire(user);
      const failed = await world().begin();
      await world().end(failed, "badContent");
      await world().fire(user);
      const tried = await world().begin();
      await world().lose(tried);
      await world().store.notifications.resend(user, failed.notificationId);
      return user;
    };
    await merged();
    world().clock.advance(1);
    const second = await merged();
    const gone = "SELECT count(*) FROM delivery_attempts WHERE notification_id NOT IN (SELECT id FROM notifications)";
    expect(query(gone)).to.deep.equal([[2]]);
    await world().store.users.deleteUser(second, "hash");
    expect(query(gone)).to.deep.equal([[1]]);
    world().clock.advance(30 * DAY_MS - 2);
    const { retention } = world().store;
    await retention.removeOldMailRecords(30 * DAY_MS);
    expect(query(gone)).to.deep.equal([[1]]);
    world().clock.advance(1);
    while ((await retention.removeOldMailRecords(30 * DAY_MS)).hasMore);
    expect(query(gone)).to.deep.equal([[0]]);
  });

  it("removes HOLDs that ended as long ago as minutes are kept, once everybody is told", async () => {
    await world().tick(100);
    await world().record(exampleTick(DAY_MS, 50), exampleTick(DAY_MS + SECOND_MS, 100));
    expect(query("SELECT how, told_row FROM ended_holds")).to.deep.equal([["PRICE_BACK", null]]);
    await world().record(exampleTick(366 * DAY_MS, 100));
    await expire(world().store);
    expect(query("SELECT count(*) FROM ended_holds")).to.deep.equal([[1]]);
    await world().record(exampleTick(367 * DAY_MS, 100));
    await expire(world().store);
    expect(query("SELECT count(*) FROM ended_holds")).to.deep.equal([[0]]);
  });
});

/** One is over, and has used up a refresh token; the other goes on. */
const TWO_SESSIONS = `INSERT INTO users (id, email, email_key, password_hash, create_time) VALUES ('u', 'a@b.c', 'a@b.c', '', 1);
  INSERT INTO sessions (id, user_id, refresh_hash, create_time, refresh_expire_time) VALUES ('s', 'u', '#1', 1, 2), ('t', 'u', '#2', 1, 3);
  INSERT INTO used_refresh_tokens (refresh_hash, session_id) VALUES ('#0', 's')`;

/** One was told to an operator, the other went into another one. */
const TWO_MAILS = `INSERT INTO notifications (id, symbol, state, reason, due_time, next_attempt_mono, attempts, repeats, was_unsure, token,
    create_time, end_time) VALUES ('n', 'notice/FEED_STALE', 'SENT', 'TAKEN', 1, 1, 1, 0, 0, 1, 1, 1);
  INSERT INTO operator_notices (id, notification_id, kind, notice_time, detail) VALUES ('o', 'n', 'FEED_STALE', 1, '');
  INSERT INTO delivery_attempts (notification_id, token, begin_time, gone_time) VALUES ('n', 1, 1, NULL), ('gone', 1, 1, 1)`;

describe("what retention asks", () => {
  it("is found by keys and indexes, however much is stored", () => {
    const asked: string[] = [];
    const db = new Database(":memory:", { verbose: (sql) => asked.push(String(sql)) });
    migrate(db, MIGRATIONS);
    const upsert = db.prepare(UPSERT_QUOTE);
    for (const [at, days] of [0, 1, 400, 800].entries()) {
      const timeMs = EXAMPLE_START_MS + days * DAY_MS;
      upsert.run(["AAPL", "example", 0, timeMs, timeMs, 1, 1, 1, 1, 1, "always", timeMs, at]);
    }
    db.exec(TWO_SESSIONS);
    db.exec(TWO_MAILS);
    const expired = new ExpiredQuotes(db);
    asked.length = 0;
    while (expired.removeSome("AAPL", USUAL_KEEP) > 0);
    new DeletedAlerts(db).removeSome(MINUTE_MS);
    expect(new EndedSessions(db).removeSome(2)).to.equal(3);
    expect(new OldMailRecords(db).removeSome(2)).to.equal(2);
    const plans = new Set(
      [...asked]
        .flatMap((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
        .map(({ detail }) => detail)
        .filter((detail) => /^SCAN/.test(detail)),
    );
    expect(db.prepare("SELECT count(*) FROM summed_quotes WHERE span_ms = 86400000").pluck().get()).to.equal(3);
    // Parts of a statement that was found by a key, and one row for each symbol.
    for (const plan of plans) expect(plan).to.match(/^SCAN (\d+|\(subquery-\d+\)|series)$/);
    db.close();
  });
});
