import Database from "better-sqlite3";
import { expect } from "chai";
import { migrate } from "../../runtime/sqlite/migrate.ts";
import { EXAMPLE_START_MS } from "../../test/examples.ts";
import { HEARS_PRICES } from "./alert-rows.ts";
import { MIGRATIONS } from "./server-schema.ts";

/** The version before. */
const BEFORE = 12;
const QUOTE = `'AAPL', 'example', 0, ${EXAMPLE_START_MS}, 50, 50, 50, 50, 1, 'regular', ${EXAMPLE_START_MS}`;

describe("the migration to what is told after a fire", () => {
  let db: Database.Database;
  beforeEach(() => {
    db = new Database(":memory:");
    migrate(db, MIGRATIONS, BEFORE);
    db.exec(
      `INSERT INTO users (id, email, email_key, password_hash, strikes, create_time) VALUES ('u', 'a@b.c', 'a@b.c', 'h', 0, 1)`,
    );
    db.exec(`INSERT INTO alerts (row, id, user_id, symbol, kind, level, for_ms, repeat, max_fires, already_true, band_percent, rearm_for_ms, confirm,
        session, note, create_time, update_time, revision, state, state_version, awaits_baseline, fires_if_true, armed_as_of, confirm_count, fire_count)
      VALUES (1, 'alert-1', 'u', 'AAPL', 'above', 200, 0, 'once', 0, 'wait', '0.5', 0, 1, 'regular', '', 1, 1, 1, 'TRIGGERED', 1, 0, 0, 0, 0, 1)`);
    const insert = db.prepare(
      `INSERT INTO triggers VALUES (?, ?, 1, ?, 'mail', 1, ?, 'sentence', '', 0, 50, 1, 8, ${QUOTE}, ?)`,
    );
    insert.run(1, "a", "FIRED", 3, null);
    insert.run(2, "b", "HELD", null, null);
    insert.run(3, "c", "HELD", null, '{"ratio":"2 for 1","end":null}');
    insert.run(4, "d", "HELD", null, '{"ratio":"2 for 1","end":"REJECTED"}');
    migrate(db, MIGRATIONS);
  });
  afterEach(() => db.close());

  it("keeps every trigger as it was, and calls the end of a HOLD by its name", () => {
    const rows = db
      .prepare("SELECT row, id, kind, seq, in_mail, notification_id, close FROM triggers ORDER BY row")
      .raw()
      .all();
    expect(rows).to.deep.equal([
      [1, "a", "FIRED", 3, 1, "mail", 50],
      [2, "b", "HELD", null, 1, "mail", 50],
      [3, "c", "HELD", null, 1, "mail", 50],
      [4, "d", "HOLD_ENDED", null, 1, "mail", 50],
    ]);
  });

  it("takes the kinds that are new, and each once for a price", () => {
    const insert = db.prepare(
      `INSERT INTO triggers SELECT ?, ?, alert, ?, notification_id, in_mail, seq, sentence, note, level, price, fire_time, judge_time, ${QUOTE}, hold
       FROM triggers WHERE row = 1`,
    );
    insert.run(5, "e", "STILL_TRUE");
    insert.run(6, "f", "BACK_TO_NORMAL");
    expect(() => insert.run(7, "g", "BACK_TO_NORMAL")).to.throw("UNIQUE");
  });

  it("has nothing to tell of fires from before", () => {
    db.exec("UPDATE alerts SET remind_every_ms = 3600000, tells_when_back = 1");
    expect(db.prepare(`SELECT count(*) FROM alerts WHERE ${HEARS_PRICES}`).pluck().get()).to.equal(0);
  });
});
