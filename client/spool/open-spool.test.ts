import Database from "better-sqlite3";
import { expect } from "chai";
import { closeSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { AppError } from "../../domain/error.ts";
import { makeBars } from "../testing/make-quote.ts";
import { SpoolFolder } from "../testing/spool-folder.ts";

const NEVER = new AbortController().signal;

describe("openSpool()", () => {
  let folder: SpoolFolder;
  beforeEach(() => {
    folder = new SpoolFolder();
  });
  afterEach(() => folder.remove());

  function failure(): AppError {
    try {
      folder.open();
    } catch (error) {
      if (error instanceof AppError) return error;
    }
    throw new Error("it did not fail as it should");
  }

  it("goes on where the last one ended: what was not acknowledged, and how many were refused", async () => {
    const first = folder.open();
    await first.spool.put(makeBars("AAPL", 1_500), NEVER);
    first.spool.takeBatch();
    first.spool.acknowledge(1, [{ index: 7, reason: "QUOTE_INVALID", message: "no" }]);
    first.spool.takeBatch();
    first.close();
    const { spool } = folder.open({ quotesMax: 700 });
    expect(spool.state).to.eql({
      size: 500,
      capacity: 700,
      oldestFetchTimeMs: makeBars("AAPL", 1_001).at(-1)?.fetchTimeMs,
      refusedCount: 1,
    });
    expect(spool.takeBatch()?.quotes).to.eql(makeBars("AAPL", 1_500).slice(1_000));
    expect(spool.takeBatch()).to.equal(undefined);
  });

  it("gives new rows ids that no old one has", async () => {
    const first = folder.open();
    await first.spool.put(makeBars("AAPL", 5), NEVER);
    first.close();
    const { spool, file } = folder.open();
    await spool.put(makeBars("IBM", 5), NEVER);
    const db = new Database(file, { readonly: true });
    expect(db.prepare("SELECT count(DISTINCT id) FROM spooled_quotes").pluck().get()).to.equal(10);
    db.close();
  });

  it("refuses a spool that another fetcher has", () => {
    folder.open();
    expect(failure()).to.include({ code: "FAILED_PRECONDITION", reason: "STORE_LOCKED" });
    expect(failure().message).to.include("another fetcher");
  });

  it("refuses what is no database", () => {
    writeFileSync(folder.file(), "prices ".repeat(2_000));
    expect(failure()).to.include({ code: "DATA_LOSS", reason: "STORE_CORRUPT" });
    expect(failure().hint).to.match(/^Move .*spool\.db and the files beside it away/);
  });

  for (const [what, bytes] of [
    ["all bytes of a page", 4_096],
    ["a few bytes", 300],
  ] as const) {
    it(`refuses a spool in which ${what} are damaged, and lets go of it`, async () => {
      const first = folder.open();
      await first.spool.put(makeBars("AAPL", 5_000), NEVER);
      first.close();
      const page = Math.floor(statSync(folder.file()).size / 8_192) * 4_096;
      const descriptor = openSync(folder.file(), "r+");
      writeSync(descriptor, Buffer.alloc(bytes, 0xff), 0, bytes, page + 4_096 - bytes);
      closeSync(descriptor);
      for (let again = 0; again < 2; again += 1) expect(failure()).to.include({ reason: "STORE_CORRUPT" });
    });
  }

  it("refuses a spool whose table of refused quotes is damaged", async () => {
    const first = folder.open();
    await first.spool.put(makeBars("AAPL", 1_000), NEVER);
    const batch = first.spool.takeBatch();
    const refused = batch?.quotes.map((_, index) => ({ index, reason: "QUOTE_INVALID" as const, message: "no" }));
    first.spool.acknowledge(1, refused ?? []);
    first.close();
    const text = readFileSync(folder.file(), "latin1");
    const descriptor = openSync(folder.file(), "r+");
    writeSync(descriptor, Buffer.alloc(12, 0xff), 0, 12, text.lastIndexOf("QUOTE_INVALID") - 12); // a row's own description
    closeSync(descriptor);
    expect(failure()).to.include({ reason: "STORE_CORRUPT" });
  });

  it("refuses a spool that a newer version wrote", () => {
    folder.open().close();
    const db = new Database(folder.file());
    db.pragma("user_version = 99");
    db.close();
    expect(failure().reason).to.equal("STORE_NEWER");
  });
});
