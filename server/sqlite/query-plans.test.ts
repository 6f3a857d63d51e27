// The server has one thread: what it asks again and again must not read what grows for years.
import Database from "better-sqlite3";
import { expect } from "chai";
import { join } from "node:path";
import { ALERT_SESSIONS } from "../../domain/judging/hears-session.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import { migrate } from "../../runtime/sqlite/migrate.ts";
import { EXAMPLE_START_MS, exampleBar, exampleTick } from "../../test/examples.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";
import { AccountMails } from "./account-mails.ts";
import { AlertTable } from "./alert-table.ts";
import { CooldownKeeping } from "./cooldown-keeping.ts";
import { MailCounting } from "./mail-counts.ts";
import { MailTurns } from "./mail-turns.ts";
import { NewestOfAny } from "./newest-of-any.ts";
import { PairStore } from "./pair-store.ts";
import { openSqliteStore } from "./sqlite-store.ts";
import { StoreCondition } from "./store-condition.ts";
import { ThrottleRows } from "./throttle-rows.ts";
import { Transactions } from "./transactions.ts";
import { FIRST_PLACE, WatchLevelStore } from "./watch-level-store.ts";

const openStore: OpenStore = ({ folder, ...options }) =>
  Promise.resolve(openSqliteStore({ file: join(folder, "test.db"), ...options }));

describe("what is asked again and again", () => {
  let db: Database.Database;
  let asked: string[];
  beforeEach(() => {
    asked = [];
    db = new Database(":memory:", { verbose: (sql) => asked.push(String(sql)) });
    migrate(db, join(import.meta.dirname, "migrations"));
    asked = [];
  });
  afterEach(() => db.close());

  /** How SQLite goes about everything that was asked of a table. */
  const plans = (table: string) =>
    asked
      .filter((sql) => sql.includes(` ${table} `) && !sql.startsWith("EXPLAIN"))
      .flatMap((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
      .map(({ detail }) => detail)
      .filter((detail) => detail.includes(table) || detail.includes("B-TREE"));
  const byIndexOnly = (table: string) => {
    expect(plans(table)).not.to.deep.equal([]);
    for (const plan of plans(table)) expect(plan).to.match(/^(SEARCH|SCAN \w+ USING (COVERING )?INDEX)/);
  };

  it("reads only what is still to be sent when the server starts, and when somebody sets the clock", () => {
    const clock = new FakeClock(EXAMPLE_START_MS);
    const condition = new StoreCondition(clock, createLog("test", "silent"));
    const keeping = new CooldownKeeping(db, new PairStore(db));
    keeping.carryOver(new Transactions(db, clock, { file: ":memory:", condition }), "boot", "resend");
    keeping.keepInStep({ wallMs: clock.now() + 10_000, monoMs: clock.monotonic() });
    byIndexOnly("notifications");
    expect(plans("notifications")).to.have.length(5);
  });

  it("reads only what is still to be sent, and the last that was, to count mails", () => {
    new MailCounting(db).count(0);
    byIndexOnly("notifications");
  });

  it("finds whose mail goes next by the indexes of what is ready, sorting nothing, whatever number waits", () => {
    const turns = new MailTurns(db);
    const gate = { isOpen: () => true, enter: () => undefined };
    db.exec(`INSERT INTO users (id, email, email_key, password_hash, create_time) VALUES ('ann', 'ann@a.example', 'ann', '', 0);
      INSERT INTO notifications (id, user_id, symbol, state, reason, due_time, next_attempt_mono, ready_mono, attempts, repeats, was_unsure,
         token, create_time) VALUES ('code', NULL, NULL, 'WAITING', 'TRIGGERED', 0, 0, 0, 0, 0, 0, 0, 0),
         ('fired', 'ann', 'AAPL', 'WAITING', 'TRIGGERED', 0, 0, 0, 0, 0, 0, 0, 0)`);
    asked = [];
    turns.look(1);
    expect(turns.next(1, gate)?.id).to.equal("code");
    expect(turns.next(1, { ...gate, isOpen: (domain) => domain !== "" })?.id).to.equal("fired");
    turns.look(20_000);
    turns.nextMono();
    turns.next(0, gate);
    expect(new Set(plans("notifications"))).to.deep.equal(
      new Set([
        "SEARCH notifications USING INDEX notifications_ready (ready_mono=? AND rowid>?)",
        "SEARCH notifications USING INDEX notifications_ready (ready_mono>? AND ready_mono<?)",
        "SEARCH notifications USING INDEX sqlite_autoindex_notifications_1 (id=?)",
        "SEARCH notifications USING INDEX notifications_of_turn (user_id=? AND ready_mono<?)",
        "SEARCH notifications USING INDEX notifications_ready (ready_mono>?)",
        "SEARCH notifications USING INDEX notifications_ready (ready_mono=? AND rowid>?)",
        "SEARCH notifications USING INDEX notifications_ready (ready_mono<?)",
      ]),
    );
  });

  it("finds a symbol's newest quote by the key, sorting nothing", () => {
    new NewestOfAny(db).get("AAPL");
    byIndexOnly("quotes");
    expect(plans("quotes")).to.deep.equal([
      "SEARCH quotes USING PRIMARY KEY (symbol=? AND source=? AND period_ms<?)",
      "SEARCH quotes USING PRIMARY KEY (symbol=? AND source<?)",
    ]);
  });
});

describe("what every quote asks of the index of wakes", () => {
  it("is found by its key in each session and gauge, sorting nothing", () => {
    const asked: string[] = [];
    const db = new Database(":memory:", { verbose: (sql) => asked.push(String(sql)) });
    migrate(db, join(import.meta.dirname, "migrations"));
    const levels = new WatchLevelStore(db);
    asked.length = 0;
    const reach = { bounds: { lower: 99, upper: 101 }, seenMs: 60_000, asOfMs: EXAMPLE_START_MS };
    levels.watchedSessions("AAPL");
    levels.isQuiet("AAPL", "extended", reach);
    levels.touchedAlerts("AAPL", "extended", reach, FIRST_PLACE, 100);
    const plans = [...asked]
      .flatMap((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
      .map(({ detail }) => detail)
      .filter((detail) => /watch_levels|B-TREE/.test(detail));
    const byKey = "SEARCH watch_levels USING PRIMARY KEY (symbol=? AND session=?";
    expect(plans.filter((plan) => !plan.startsWith(byKey))).to.deep.equal([]);
    const touching = plans.filter((plan) => plan.includes("(level,alert)>(?,?)"));
    const ending = touching.filter((plan) => plan.includes("level<?"));
    expect(plans).to.have.length(ALERT_SESSIONS.length + 5 + 5);
    expect([touching.length, ending.length], "a look-up begins and ends in the key").to.deep.equal([5, 3]);
    db.close();
  });
});

describe("what is asked for each log-in and account mail", () => {
  it("is found by indexes, whatever number of mails and attempts is kept", () => {
    const asked: string[] = [];
    const db = new Database(":memory:", { verbose: (sql) => asked.push(String(sql)) });
    migrate(db, join(import.meta.dirname, "migrations"));
    const [mails, throttles] = [new AccountMails(db, () => "id"), new ThrottleRows(db)];
    throttles.count([], EXAMPLE_START_MS); // counts them all, once
    asked.length = 0;
    const stamp = { now: EXAMPLE_START_MS, instant: { wallMs: EXAMPLE_START_MS, monoMs: 0 } };
    mails.queue({ kind: "DELETED", toAddress: "ann@example.com", timeZone: "UTC" }, stamp);
    mails.remove("ann@example.com", EXAMPLE_START_MS);
    throttles.count([{ key: "account a", rule: { kind: "backOff", free: 1 } }], EXAMPLE_START_MS);
    const plans = asked
      .filter((sql) => !sql.startsWith("INSERT"))
      .flatMap((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
      .map(({ detail }) => detail)
      .filter((detail) => /notifications|throttles|delivery_attempts|B-TREE/.test(detail));
    expect(plans).to.have.length.above(6);
    for (const plan of plans) expect(plan).to.match(/^SEARCH/);
    db.close();
  });
});

describe("what is asked of a user's alerts", () => {
  it("is found by indexes", () => {
    const asked: string[] = [];
    const db = new Database(":memory:", { verbose: (sql) => asked.push(String(sql)) });
    migrate(db, join(import.meta.dirname, "migrations"));
    const table = new AlertTable(db);
    asked.length = 0;
    table.count("user-1");
    table.forgetRequests("user-1", EXAMPLE_START_MS);
    table.findRequest("user-1", "request", EXAMPLE_START_MS);
    table.list({
      userId: "user-1",
      symbol: "AAPL",
      state: "ARMED",
      repeat: "once",
      tag: "tech",
      eventNowMs: 0,
      before: 7,
      limit: 9,
    });
    expect(() => table.owned("user-1", "alert-1")).to.throw("you have no alert");
    const plans = [...asked]
      .flatMap((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
      .map(({ detail }) => detail)
      .filter((detail) => /alerts/.test(detail))
      .map((detail) => detail.replace(/^SEARCH alerts USING (COVERING )?INDEX /, ""));
    expect(plans).to.deep.equal([
      "alerts_by_user (user_id=?)",
      "alerts_by_request (user_id=? AND request_id>?)", // to forget what is older than a day
      "alerts_by_request (user_id=? AND request_id=?)",
      "alerts_by_user (user_id=? AND row<?)",
      "alerts_by_id (id=?)",
    ]);
    db.close();
  });
});

describe("the newest quote of a symbol that has no judged series", () => {
  const world = eachInItsWorld(openStore);

  it("is the one that speaks of the latest moment, of whatever source and period; then the one fetched last", async () => {
    const ofFund = { symbol: "FUND", source: "b" };
    const newest = new NewestOfAnyOfWorld(world().folder);
    expect(newest.price("FUND")).to.equal(undefined);
    await world().record(exampleBar(0, [1, 1, 1, 1], ofFund), exampleBar(5, [2, 2, 2, 2], ofFund));
    expect(newest.price("FUND")).to.equal(2);
    await world().record(exampleBar(7, [3, 3, 3, 3], { symbol: "FUND", source: "a" }));
    expect(newest.price("FUND")).to.equal(3);
    const last = exampleBar(9, [4, 4, 4, 4], { symbol: "FUND", source: "c" });
    await world().record(last, exampleTick(0, 6, ofFund), exampleTick(0, 7, { symbol: "GONE", source: "z" }));
    expect(newest.price("FUND")).to.equal(4);
    const fetchTimeMs = last.fetchTimeMs + 1_000;
    await world().record({ ...last, source: "a", close: 5, high: 5, fetchTimeMs });
    expect(newest.price("FUND"), "fetched later").to.equal(5);
    newest.close();
  });
});

/** Asks a world's file, beside its store. */
class NewestOfAnyOfWorld {
  readonly #db: Database.Database;
  readonly #newest: NewestOfAny;

  constructor(folder: string) {
    this.#db = new Database(join(folder, "test.db"), { readonly: true });
    this.#newest = new NewestOfAny(this.#db);
  }

  price(symbol: string): number | undefined {
    return this.#newest.get(symbol)?.close;
  }

  close(): void {
    this.#db.close();
  }
}
