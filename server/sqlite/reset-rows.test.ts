import Database from "better-sqlite3";
import { expect } from "chai";
import { join } from "node:path";
import { HOUR_MS } from "../../domain/time.ts";
import { eachInItsWorld } from "../testing/store-world.ts";
import { openSqliteStore } from "./sqlite-store.ts";

describe("ResetRows", () => {
  const world = eachInItsWorld(({ folder, ...options }) =>
    Promise.resolve(openSqliteStore({ file: join(folder, "test.db"), ...options })),
  );
  const kept = (): unknown[] => {
    const db = new Database(join(world().folder, "test.db"), { readonly: true });
    try {
      return db.prepare("SELECT code_hash FROM password_resets").pluck().all();
    } finally {
      db.close();
    }
  };
  const code = (codeHash: string) => ({ code: codeHash, codeHash, expireTimeMs: world().clock.now() + HOUR_MS });

  it("keep no code whose time is over once another is made, whoever makes it for whomever", async () => {
    const ann = await world().user("ann@example.com");
    await world().user("bob@example.com");
    const { users, admin } = world().store;
    await users.insertPasswordReset("bob@example.com", code("#first"), []);
    world().clock.advance(HOUR_MS);
    await admin.forcePasswordReset(ann, code("#second"));
    expect(kept()).to.deep.equal(["#second"]);
    world().clock.advance(HOUR_MS);
    await users.insertPasswordReset("bob@example.com", code("#third"), []);
    expect(kept()).to.deep.equal(["#third"]);
  });
});
