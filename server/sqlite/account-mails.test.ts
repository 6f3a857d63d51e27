// The promise: a week after the last mail to a user who is gone, the database knows the address no more.
import Database from "better-sqlite3";
import { expect } from "chai";
import { join } from "node:path";
import { DAY_MS } from "../../domain/time.ts";
import { StoreWorld, type OpenStore } from "../testing/store-world.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const openStore: OpenStore = ({ folder, ...options }) =>
  Promise.resolve(openSqliteStore({ file: join(folder, "test.db"), ...options }));

describe("an account mail that has ended", () => {
  let world: StoreWorld;
  beforeEach(async () => (world = await new StoreWorld(openStore).open()));
  afterEach(() => world.close());

  const addresses = (): unknown[] => {
    const db = new Database(join(world.folder, "test.db"), { readonly: true });
    try {
      return db.prepare("SELECT DISTINCT to_address FROM notifications WHERE to_address IS NOT NULL").pluck().all();
    } finally {
      db.close();
    }
  };

  it("is forgotten after a week, also when nothing else is mailed", async () => {
    await world.store.users.deleteUser(await world.user("ann@example.com"), "hash");
    await world.end(await world.begin(), "taken");
    world.clock.advance(7 * DAY_MS);
    await world.store.notifications.sweep("resend");
    expect(addresses()).to.deep.equal(["ann@example.com"]);
    world.clock.advance(1);
    await world.store.notifications.sweep("resend");
    expect(addresses()).to.deep.equal([]);
  });
});
