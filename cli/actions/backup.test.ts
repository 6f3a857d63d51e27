import Database from "better-sqlite3";
import { expect } from "chai";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import { openStoreDatabase } from "../../server/sqlite/sqlite-store.ts";
import { World } from "../testing/world.ts";

const BYTES = Buffer.from("a database");
const chunk = (value: Buffer) => ({ part: { $case: "chunk", value } });
const end = (sizeBytes: number, sha256: Buffer) => ({ part: { $case: "end", value: { sizeBytes, sha256 } } });
const GOOD_END = end(BYTES.length, createHash("sha256").update(BYTES).digest());

describe("bell backup", () => {
  let world: World;
  let folder: string;
  let file: string;
  afterEach(() => world.close());
  const open = async (backUp: () => unknown): Promise<void> => {
    world = await World.open({ BackUp: backUp });
    folder = join(world.folder, "backups");
    file = join(folder, "kept");
    mkdirSync(folder);
  };
  /** It ends with this exit code, and there is no trace of it. */
  const fails = async (code: number, ...words: string[]): Promise<string> => {
    const before = readdirSync(folder);
    const { exitCode, errors } = await world.bell("backup", file, ...words);
    expect(exitCode, errors).to.equal(code);
    expect(readdirSync(folder)).to.deep.equal(before);
    return errors;
  };

  /** An older backup at `file`. */
  const writeBackup = (): void => {
    const made = join(world.folder, "made");
    openStoreDatabase(made).close();
    const db = new Database(made);
    db.pragma("journal_mode = DELETE");
    db.close();
    copyFileSync(made, file);
  };

  it("writes what came, for its owner only", async () => {
    await open(() => [chunk(BYTES.subarray(0, 3)), chunk(BYTES.subarray(3)), GOOD_END]);
    const { exitCode, output } = await world.bell("backup", file, "--json");
    expect(exitCode).to.equal(0);
    expect(JSON.parse(output)).to.include({ file, sizeBytes: BYTES.length });
    expect(readFileSync(file).equals(BYTES)).to.equal(true);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(readdirSync(folder)).to.deep.equal(["kept"]);
  });

  const bad: readonly (readonly [title: string, parts: unknown[]])[] = [
    ["ended before it was whole", [chunk(BYTES)]],
    ["is shorter than what was sent", [chunk(BYTES.subarray(1)), GOOD_END]],
    ["has other bytes than what was sent", [chunk(Buffer.from("a dAtabase")), GOOD_END]],
  ];
  for (const [title, parts] of bad) {
    it(`keeps nothing of a backup that ${title}`, async () => {
      await open(() => parts);
      expect(await fails(65)).to.include("no good");
    });
  }

  it("keeps nothing when the server refuses, and says why", async () => {
    await open(() => {
      throw new AppError("RESOURCE_EXHAUSTED", "TOO_MANY", "another backup is being taken");
    });
    expect(await fails(7)).to.include("another backup is being taken");
  });

  it("keeps nothing when the server is away", async () => {
    await open(() => []);
    world.server.close();
    await fails(69);
  });

  it("tells the very words that go back to it, as a shell takes them", async () => {
    await open(() => [chunk(BYTES), GOOD_END]);
    file = join(folder, "it's kept");
    const { output } = await world.bell("backup", file);
    expect(output).to.include(`  ./bell restore '${file.replace("'", String.raw`'\''`)}'\n`);
  });

  it("leaves an older backup of that name alone, unless told", async () => {
    await open(() => [chunk(BYTES), GOOD_END]);
    writeBackup();
    const older = readFileSync(file);
    expect(await fails(2)).to.include("--force");
    expect(readFileSync(file).equals(older)).to.equal(true);
    expect((await world.bell("backup", file, "--force")).exitCode).to.equal(0);
    expect(readFileSync(file).equals(BYTES)).to.equal(true);
  });

  it("replaces an empty file when told to", async () => {
    await open(() => [chunk(BYTES), GOOD_END]);
    writeFileSync(file, "");
    expect((await world.bell("backup", file, "--force")).exitCode).to.equal(0);
    expect(readFileSync(file).equals(BYTES)).to.equal(true);
  });

  const others: readonly (readonly [what: string, write: (path: string) => void])[] = [
    ["a text", (path) => writeFileSync(path, "# Mine\n")],
    ["another program's database", (path) => void new Database(path).exec("CREATE TABLE notes (text)").close()],
    [
      "a database that writes ahead",
      (path) => {
        openStoreDatabase(path).close();
      },
    ],
  ];
  for (const [what, write] of others) {
    it(`never replaces ${what}, though told to`, async () => {
      await open(() => [chunk(BYTES), GOOD_END]);
      write(join(world.folder, "other"));
      copyFileSync(join(world.folder, "other"), file);
      const before = readFileSync(file);
      expect(await fails(2, "--force")).to.include("is no backup of Tickerbell's");
      expect(readFileSync(file).equals(before)).to.equal(true);
    });
  }

  it("replaces no database in use, nor a file of one, by whatever name and though told to", async () => {
    await open(() => [chunk(BYTES), GOOD_END]);
    const data = join(world.folder, "data");
    world.environment["BELL_DATA_DIR"] = data;
    mkdirSync(data);
    for (const name of ["tickerbell.db", "locked", "locked.lock", "locked-wal"]) {
      writeFileSync(join(data, name), "live", { mode: 0o600 });
    }
    symlinkSync(join(data, "tickerbell.db"), join(folder, "link"));
    symlinkSync(join(data, "locked"), join(folder, "locked-link"));
    symlinkSync(data, join(folder, "folder"));
    const places = ["../data/tickerbell.db", "../data/tickerbell.db-shm", "link", "folder/tickerbell.db"];
    for (const place of [...places, "../data/locked", "../data/locked-wal", "../data/locked.lock", "locked-link"]) {
      file = join(folder, place);
      expect(await fails(2, "--force"), place).to.include("a database in use");
    }
    expect(readdirSync(data).map((name) => readFileSync(join(data, name), "utf8"))).to.deep.equal(
      Array.from({ length: 4 }, () => "live"),
    );
    rmSync(join(data, "tickerbell.db"));
    file = join(data, "tickerbell.db");
    expect(await fails(2), "the database is gone, and its place is not the backup's").to.include("a database in use");
  });

  for (const end of ["-wal", "-shm", "-journal"]) {
    it(`leaves what another database has in FILE${end} alone, and writes nothing that SQLite would play it into`, async () => {
      await open(() => [chunk(BYTES), GOOD_END]);
      writeFileSync(file + end, "of another database");
      expect(await fails(2)).to.include(`kept${end}; name another file`);
      writeBackup();
      const older = readFileSync(file);
      expect(await fails(2, "--force")).to.include(`kept${end}; name another file`);
      expect(readFileSync(file).equals(older)).to.equal(true);
      expect(readFileSync(file + end, "utf8")).to.equal("of another database");
    });
  }

  it("looks again when all has come, for a program may have begun with a database of that name", async () => {
    await open(() => {
      writeFileSync(`${file}-wal`, "of another database");
      return [chunk(BYTES), GOOD_END];
    });
    const { exitCode } = await world.bell("backup", file);
    expect([exitCode, readdirSync(folder)]).to.deep.equal([2, ["kept-wal"]]);
  });

  it("goes on over what an interrupted one left, and leaves files of other names alone", async () => {
    await open(() => [chunk(BYTES), GOOD_END]);
    writeFileSync(`${file}.tickerbell-partial`, "half", { mode: 0o644 });
    writeFileSync(`${file}.partial`, "another program's");
    expect((await world.bell("backup", file)).exitCode).to.equal(0);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(readdirSync(folder)).to.deep.equal(["kept", "kept.partial"]);
  });

  it("says when the file is a folder, and proposes a name in it", async () => {
    await open(() => [chunk(BYTES), GOOD_END]);
    mkdirSync(file);
    expect(await fails(2, "--force"))
      .to.include(`${file} is a folder`)
      .and.include(join(file, "tickerbell-backup.db"));
  });
});
