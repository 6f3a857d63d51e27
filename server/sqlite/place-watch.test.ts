// The promise: a database that is removed or replaced under the server ends it, before it acknowledges what nobody will ever find.
import Database from "better-sqlite3";
import { expect } from "chai";
import { copyFileSync, renameSync, rmSync, statSync, truncateSync } from "node:fs";
import { SECOND_MS } from "../../domain/time.ts";
import { TroubledStore } from "../testing/troubled-store.ts";

describe("a database whose files are touched while it is open", () => {
  let world: TroubledStore;
  beforeEach(async () => {
    world = new TroubledStore().open();
    await world.record(10);
  });
  afterEach(() => world.close());

  const harms: readonly (readonly [title: string, harm: (file: string) => void])[] = [
    ["removed", (file) => rmSync(file)],
    ["removed with its folder", () => rmSync(world.folder, { recursive: true })],
    ["moved away", (file) => renameSync(file, `${file}.old`)],
    ["without its write-ahead log", (file) => rmSync(`${file}-wal`)],
    [
      "replaced by a copy of itself",
      (file) => {
        copyFileSync(file, `${file}.copy`);
        renameSync(`${file}.copy`, file);
      },
    ],
  ];
  for (const [title, harm] of harms) {
    it(`acknowledges nothing a second after it was ${title}, and ends the server`, async () => {
      world.clock.advance(SECOND_MS);
      await world.record();
      harm(world.file);
      world.clock.advance(SECOND_MS - 1);
      await world.record();
      world.clock.advance(1);
      for (let calls = 0; calls < 3; calls++) {
        const { code, reason, message } = await world.refusal(() => world.record());
        expect([code, reason]).to.deep.equal(["UNAVAILABLE", "STORE_UNAVAILABLE"]);
        expect(message).to.include("removed or replaced");
      }
      const failed = await world.store.failed;
      expect(failed).to.include({ code: "INTERNAL", reason: "STORE_UNAVAILABLE" });
      expect(failed.hint).to.include("./bell restore");
      expect((await world.store.health()).state).to.equal("readOnly");
      expect(world.changes(), "told once").to.deep.equal(["readOnly"]);
    });
  }

  it("acknowledges nothing a second after it was cut off, and says that it is damaged", async () => {
    world.db.pragma("wal_checkpoint(TRUNCATE)");
    world.clock.advance(SECOND_MS);
    await world.record();
    truncateSync(world.file, statSync(world.file).size - 4_096);
    world.clock.advance(SECOND_MS);
    for (let calls = 0; calls < 3; calls++) {
      const { code, reason, message } = await world.refusal(() => world.record());
      expect([code, reason]).to.deep.equal(["DATA_LOSS", "STORE_CORRUPT"]);
      expect(message).to.match(/is damaged: it had \d+ bytes and now has \d+/);
    }
    expect(world.changes(), "told once").to.deep.equal(["damaged"]);
  });

  it("goes on when its log is moved into it, by its own server or by another program", async () => {
    world.db.pragma("wal_checkpoint(TRUNCATE)");
    const other = new Database(world.file);
    other.pragma("wal_checkpoint(TRUNCATE)");
    other.close();
    world.clock.advance(SECOND_MS);
    await world.record();
    expect(world.stored()).to.deep.equal(world.expected());
    expect(world.changes()).to.deep.equal([]);
  });
});
