import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AppError } from "../../domain/error.ts";
import { makeBars } from "../testing/make-quote.ts";
import { SpoolFolder } from "../testing/spool-folder.ts";
import { countSpooled } from "./count-spooled.ts";

const NEVER = new AbortController().signal;

describe("countSpooled()", () => {
  let folder: SpoolFolder;
  beforeEach(() => {
    folder = new SpoolFolder();
  });
  afterEach(() => folder.remove());

  const look = () => countSpooled(dirname(folder.file()));

  it("finds none where there is none", () => expect(look()).to.equal(null));

  it("counts what waits and knows since when, while a fetcher has it and afterwards, and changes nothing", async () => {
    const { spool, close } = folder.open();
    const bars = makeBars("AAPL", 3);
    await spool.put(bars, NEVER);
    const expected = { file: folder.file(), count: 3, oldestFetchTimeMs: bars[0]?.fetchTimeMs };
    expect(look()).to.eql(expected);
    spool.takeBatch();
    spool.acknowledge(1, []);
    expect(look()).to.include({ count: 0, oldestFetchTimeMs: null });
    await spool.put(bars, NEVER);
    close();
    const before = readFileSync(folder.file());
    expect(look()).to.eql(expected);
    expect(readFileSync(folder.file()).equals(before)).to.equal(true);
    expect(folder.open().spool.size, "a fetcher after it").to.equal(3);
  });

  it("says what is wrong with a spool that cannot be read", () => {
    writeFileSync(folder.file(), "prices ".repeat(2_000));
    expect(look)
      .to.throw(AppError, /is damaged/)
      .with.property("reason", "STORE_CORRUPT");
  });
});
