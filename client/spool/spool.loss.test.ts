// The promise: a spool that is touched while it is open loses nothing that was fetched, as far as that can be, and is not written on
// for ever without a name.
import { expect } from "chai";
import { closeSync, copyFileSync, openSync, renameSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { SECOND_MS } from "../../domain/time.ts";
import type { AppError } from "../../domain/error.ts";
import { openDatabase } from "../../runtime/sqlite/open-database.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { join } from "node:path";
import { makeBars, OPENING_MS } from "../testing/make-quote.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { SpoolFolder } from "../testing/spool-folder.ts";
import { Spool } from "./spool.ts";

const NEVER = new AbortController().signal;
const MIGRATIONS = join(import.meta.dirname, "migrations");
const PAGE_BYTES = 4_096;

describe("Spool, when its files are touched while it is open", () => {
  let folder: SpoolFolder;
  beforeEach(() => (folder = new SpoolFolder()));
  afterEach(() => folder.remove());

  /** What it wants the fetcher to end with; null while it wants nothing. */
  const failureOf = (spool: Spool): Promise<AppError | null> => Promise.race([spool.failed, Promise.resolve(null)]);

  const harms: readonly (readonly [title: string, harm: (file: string) => void])[] = [
    ["removed", (file) => rmSync(file)],
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
    it(`is told of once when it was ${title}; what is fetched is still sent, and then the fetcher ends`, async () => {
      const { spool, clock, log, file } = folder.open();
      await spool.put(makeBars("AAPL", 2), NEVER);
      harm(file);
      for (let at = 0; at < 3; at += 1) {
        clock.advance(SECOND_MS);
        await spool.put(makeBars("AAPL", 3 + at).slice(2 + at), NEVER);
      }
      expect(log.messages).to.eql(["the spool is lost if the fetcher is killed: it ends by itself when all is sent"]);
      expect(log.lines[0]?.fields["detail"]).to.match(/ was removed or replaced while the database was open$/);
      expect(await failureOf(spool), "what is nowhere else").to.equal(null);
      expect(spool.takeBatch()?.quotes).to.eql(makeBars("AAPL", 5));
      spool.acknowledge(1, []);
      expect(await failureOf(spool)).to.include({ code: "INTERNAL", reason: "STORE_UNAVAILABLE" });
    });
  }

  function openBare() {
    const database = openDatabase({ file: folder.file(), migrations: MIGRATIONS, owner: "fetcher" });
    const [clock, log] = [new FakeClock(OPENING_MS), new RecordedLog()];
    const spool = new Spool({ db: database.db, file: folder.file(), quotesMax: 100_000, clock, log });
    return { db: database.db, close: () => database.close(), spool, clock, log };
  }

  it("is damaged when it was cut off, which ends the fetcher with a hint of its own", async () => {
    const { db, spool, clock, log, close } = openBare();
    await spool.put(makeBars("AAPL", 500), NEVER);
    db.pragma("wal_checkpoint(TRUNCATE)");
    clock.advance(SECOND_MS);
    await spool.put(makeBars("IBM", 1), NEVER);
    truncateSync(folder.file(), statSync(folder.file()).size - PAGE_BYTES);
    clock.advance(SECOND_MS);
    await spool.put(makeBars("MSFT", 1), NEVER);
    const failure = await failureOf(spool);
    expect(failure).to.include({ code: "DATA_LOSS", reason: "STORE_CORRUPT" });
    expect(failure?.hint).to.match(/^Move .*spool\.db and the files beside it away/);
    expect(log.messages).to.eql(["the spool is damaged"]);
    close();
  });

  it("ends the fetcher when whoever reads it meets damage: trying again mends nothing", async () => {
    const { db, spool, log, close } = openBare();
    await spool.put(makeBars("AAPL", 500), NEVER);
    db.pragma("wal_checkpoint(TRUNCATE)");
    const pages = db.prepare("SELECT pageno FROM dbstat WHERE name = 'spooled_quotes'").pluck().all() as number[];
    const descriptor = openSync(folder.file(), "r+");
    for (const page of pages) writeSync(descriptor, Buffer.alloc(PAGE_BYTES, 0xa5), 0, PAGE_BYTES, (page - 1) * 4_096);
    closeSync(descriptor);
    db.pragma("shrink_memory");
    expect(spool.takeBatch()).to.equal(undefined);
    const failure = await failureOf(spool);
    expect(failure).to.include({ code: "DATA_LOSS", reason: "STORE_CORRUPT" });
    expect(failure?.hint).to.match(/^Move .*spool\.db and the files beside it away/);
    expect(log.lines[0]?.fields["hint"]).to.equal(failure?.hint);
    close();
  });
});
