import Database from "better-sqlite3";
import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "../../runtime/sqlite/migrate.ts";
import { EXAMPLE_START_MS } from "../../test/examples.ts";
import { EndedHolds } from "./ended-holds.ts";
import { MIGRATIONS } from "./server-schema.ts";
import { triggerFromRow, type TriggerRow } from "./trigger-rows.ts";

const BEFORE = 4;

describe("notices of a HOLD from before their prices were kept", () => {
  let folder: string;
  let db: Database.Database;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-holds-"));
    db = new Database(join(folder, "test.db"));
    migrate(db, MIGRATIONS, BEFORE);
    db.exec("INSERT INTO users VALUES ('user-1', 'a@example.com', 'a@example.com', 'hash', 0, 1)");
    db.exec(`INSERT INTO alerts (row, id, user_id, symbol, kind, level, for_ms, repeat, max_fires, already_true, band_percent, rearm_for_ms, confirm,
        session, note, create_time, update_time, revision, state, state_version, awaits_baseline, fires_if_true, armed_as_of, confirm_count, fire_count)
      VALUES (1, 'alert-1', 'user-1', 'AAPL', 'above', 200, 0, 'once', 0, 'wait', '0.5', 0, 1,
        'regular', '', 1, 1, 1, 'ARMED', 1, 0, 0, ${EXAMPLE_START_MS}, 0, 0)`);
    db.exec(`INSERT INTO triggers VALUES (7, 'trigger', 1, 'HELD', 'mail', NULL, NULL, 'sentence', '', 0, 50, ${EXAMPLE_START_MS}, 8, 'AAPL',
      'example', 0, ${EXAMPLE_START_MS}, 50, 50, 50, 50, 1, 'regular', ${EXAMPLE_START_MS})`);
    migrate(db, MIGRATIONS);
  });
  afterEach(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });

  it("are told as they were, without prices", () => {
    const row = db.prepare("SELECT *, 'alert-1' AS alert_id FROM triggers").get() as TriggerRow;
    expect(triggerFromRow(row)).to.include({ kind: "HELD", hold: null, price: 50 });
  });

  it("say who is to be told of its end", () => {
    const holds = new EndedHolds(db);
    const doubt = { symbol: "AAPL", ratio: "2 for 1", close: 50, acceptedClose: 100, sinceAsOfMs: EXAMPLE_START_MS };
    holds.add({ doubt, how: "REJECTED", endTimeMs: EXAMPLE_START_MS + 1, endClose: 100 }, true);
    const end = holds.untold();
    if (end === null) return expect.fail("nobody is to be told");
    expect(end).to.deep.include({ doubt, how: "REJECTED", endClose: 100, toldRow: 0 });
    expect(holds.ownersOf(end, 10)).to.deep.equal([{ triggerRow: 7, alertRow: 1 }]);
    holds.markTold(end, 7);
    expect(holds.ownersOf({ ...end, toldRow: 7 }, 10)).to.deep.equal([]);
    holds.markTold(end, null);
    expect(holds.untold()).to.equal(null);
  });
});
