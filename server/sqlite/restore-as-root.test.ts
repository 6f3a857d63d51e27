// The promise: the server's own user can open what the system's administrator restored.
import { expect } from "chai";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { restoreDatabase } from "./restore-database.ts";
import { openStoreDatabase } from "./sqlite-store.ts";

/** Anybody but us. */
const SERVICE = 65_534;

describe("a restore by the system's administrator", function () {
  let folder: string;
  let file: string;
  before(function () {
    if (process.getuid?.() !== 0) this.skip();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-root-"));
    file = join(folder, "data", "tickerbell.db");
    openStoreDatabase(join(folder, "data", "backup")).close();
    renameSync(join(folder, "data"), join(folder, "backups"));
    mkdirSync(join(folder, "data"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const restore = () => restoreDatabase({ file, backupFile: join(folder, "backups", "backup"), now: Date.now() });
  const owners = () => ["", ".lock"].map((end) => statSync(file + end)).map(({ uid, gid }) => [uid, gid]);
  const theirs = [SERVICE, SERVICE];

  it("gives the database, and its lock, to the owner of the folder when there was none", () => {
    chownSync(join(folder, "data"), SERVICE, SERVICE);
    restore();
    expect(owners()).to.deep.equal([theirs, theirs]);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
  });

  it("gives them to the owner of the database that was there, and lets nobody else read it", () => {
    openStoreDatabase(file).close();
    chownSync(file, SERVICE, SERVICE);
    chmodSync(file, 0o644);
    restore();
    expect(owners()).to.deep.equal([theirs, theirs]);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
  });
});
