import { expect } from "chai";
import { copyFileSync, linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertRestorable } from "./assert-restorable.ts";
import { openStoreDatabase } from "./sqlite-store.ts";

describe("assertRestorable()", () => {
  let folder: string;
  let file: string;
  let copy: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-restorable-"));
    file = join(folder, "tickerbell.db");
    copy = `${file}.restoring`;
    openStoreDatabase(file).close();
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const look = (backupFile: string) => () => assertRestorable(backupFile, { file, copy });

  it("takes a database of another name", () => {
    copyFileSync(file, join(folder, "backup"));
    expect(look(join(folder, "backup"))).not.to.throw();
    rmSync(file);
    expect(look(join(folder, "backup"))).not.to.throw();
  });

  it("never takes the database itself, by whatever name", () => {
    symlinkSync(file, join(folder, "symbolic"));
    linkSync(file, join(folder, "hard"));
    for (const path of [file, join(folder, "symbolic"), join(folder, "hard")]) {
      expect(look(path), path).to.throw(`${path} is the database itself`);
    }
  });

  it("never takes what a restore has left, which the next one removes", () => {
    copyFileSync(file, copy);
    expect(look(copy)).to.throw("left unfinished");
  });

  it("says that there is no such file, also when there is no database either", () => {
    rmSync(file);
    expect(look(file)).to.throw("there is no such file");
  });

  it("takes no log of doubt", () => {
    copyFileSync(file, join(folder, "backup"));
    writeFileSync(join(folder, "backup-wal"), "of another");
    expect(look(join(folder, "backup"))).to.throw("backup-wal belongs to it");
  });
});
