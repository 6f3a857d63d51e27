import { expect } from "chai";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomFrom, type Random } from "../../random-history.ts";
import { LossyDisk } from "./lossy-disk.ts";
import { readTrace } from "./disk-trace.ts";

const hex = (text: string): string => [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16)}`).join("");

describe("LossyDisk", () => {
  let folder: string;
  let disk: LossyDisk;
  const file = (): string => join(folder, "live", "data");
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-disk-"));
    mkdirSync(join(folder, "live"));
    writeFileSync(file(), "first");
    disk = new LossyDisk(join(folder, "live"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (text: string, at = 0): void =>
    disk.take({ kind: "write", file: file(), at, bytes: Buffer.from(text) });
  /** What is left when chance always says the same. */
  const left = (random: Random): string => {
    const place = mkdtempSync(join(folder, "left-"));
    disk.leave(place, random);
    return readdirSync(place).includes("data") ? readFileSync(join(place, "data")).toString() : "no file";
  };
  const keeps: Random = () => 0;
  const drops: Random = () => 1;

  it("keeps what was synced, whatever chance says", () => {
    write("other");
    disk.take({ kind: "sync", file: file() });
    expect([left(keeps), left(drops)]).to.deep.equal(["other", "other"]);
    expect(disk.pendingCount).to.equal(0);
  });

  it("may lose what was not, and looking changes nothing", () => {
    write("other");
    expect([left(drops), left(keeps), left(drops)]).to.deep.equal(["first", "other", "first"]);
    expect(disk.pendingCount).to.equal(1);
  });

  it("may tear a write between sectors, and never within one", () => {
    write("a".repeat(512 * 64));
    const text = left(randomFrom(1));
    const kinds = new Set(Array.from({ length: text.length / 512 }, (_, at) => text.slice(at * 512, at * 512 + 512)));
    expect([...kinds].every((sector) => /^a*$/.test(sector) || /^(first)?\0*$/.test(sector))).to.equal(true);
    expect(kinds.size).to.be.above(1);
  });

  it("may lose a change of length, and forgets a file that was removed", () => {
    disk.take({ kind: "truncate", file: file(), size: 2 });
    expect([left(drops), left(keeps)]).to.deep.equal(["first", "fi"]);
    disk.take({ kind: "unlink", file: file() });
    expect(left(keeps)).to.equal("no file");
  });
});

describe("readTrace()", () => {
  it("reads calls on the folder's files, also ones that others stand in between, and what was said", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tickerbell-trace-"));
    const name = join(folder, "data");
    const descriptor = `7<${hex(name)}>`;
    const trace = join(folder, "trace");
    const lines = [
      `11 pwrite64(${descriptor}, "${hex("abc")}", 3, 4096 <unfinished ...>`,
      `12 write(1<${hex("pipe:[1]")}>, "${hex("batch 4\n")}", 8) = 8`,
      "11 <... pwrite64 resumed>) = 3",
      `11 fsync(${descriptor}) = 0`,
      `11 ftruncate(${descriptor}, 512) = 0`,
      `11 pwrite64(8<${hex("/elsewhere")}>, "${hex("abc")}", 3, 0) = 3`,
      `11 unlink("${hex(name)}") = 0`,
      `11 unlink("${hex(name)}") = -1 ENOENT (No such file or directory)`,
      "11 +++ exited with 0 +++",
    ];
    writeFileSync(trace, `${lines.join("\n")}\n`);
    expect(await readTrace(trace, folder)).to.deep.equal([
      { kind: "said", line: "batch 4" },
      { kind: "write", file: name, at: 4096, bytes: Buffer.from("abc") },
      { kind: "sync", file: name },
      { kind: "truncate", file: name, size: 512 },
      { kind: "unlink", file: name },
    ]);
    rmSync(folder, { recursive: true });
  });
});
