import Database from "better-sqlite3";
import { expect } from "chai";
import { migrate } from "../../runtime/sqlite/migrate.ts";
import { EndedSessions } from "./ended-sessions.ts";
import { MIGRATIONS } from "./server-schema.ts";

describe("EndedSessions", () => {
  it("remove a session with many used refresh tokens a little at a time", () => {
    const db = new Database(":memory:");
    migrate(db, MIGRATIONS);
    db.exec(`INSERT INTO users (id, email, email_key, password_hash, create_time) VALUES ('u', 'a@b.c', 'a@b.c', '', 1);
      INSERT INTO sessions (id, user_id, refresh_hash, create_time, refresh_expire_time) VALUES ('s', 'u', '#', 1, 2)`);
    const use = db.prepare("INSERT INTO used_refresh_tokens (refresh_hash, session_id) VALUES (?, 's')");
    for (let at = 0; at < 120; at += 1) use.run(`#${at}`);
    const left = db.prepare("SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM used_refresh_tokens)").raw();
    const sessions = new EndedSessions(db);
    const seen: unknown[] = [];
    while (sessions.removeSome(2) > 0) seen.push(left.get());
    expect(seen).to.deep.equal([
      [1, 70],
      [1, 20],
      [0, 0],
    ]);
    db.close();
  });
});
