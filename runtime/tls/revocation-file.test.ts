import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { RevocationFile } from "./revocation-file.ts";

describe("RevocationFile", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-revoked-"));
    path = join(folder, "revoked.txt");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (...serials: string[]): void =>
    writeFileSync(path, serials.map((serial) => `${serial} 2026-11-20\n`).join(""));
  const open = (): RevocationFile => {
    const opened = RevocationFile.open(path);
    return typeof opened === "string" ? expect.fail(opened) : opened;
  };
  const serialsOf = ({ list }: RevocationFile): string[] => list.entries.map(({ serial }) => serial);

  it("is empty without a file, and takes one that comes", () => {
    const file = open();
    expect(serialsOf(file)).to.deep.equal([]);
    expect(file.look()).to.deep.equal({ state: "same" });
    write("A", "B");
    expect(file.look().state).to.equal("changed");
    expect(serialsOf(file)).to.deep.equal(["A", "B"]);
    expect(file.look()).to.deep.equal({ state: "same" });
  });

  it("does not open a file that is bad, or cannot be read", () => {
    writeFileSync(path, "hello\n");
    expect(RevocationFile.open(path)).to.match(/bad line 1/);
    rmSync(path);
    mkdirSync(path);
    expect(RevocationFile.open(path)).to.equal("cannot be read (EISDIR)");
  });

  const becomeFolder = (): void => {
    rmSync(path);
    mkdirSync(path);
  };
  const spoilings: readonly [string, () => void, RegExp][] = [
    ["has a bad line", () => writeFileSync(path, "B 2026-11-20\nhello\n"), /bad line 2/],
    ["is gone", () => rmSync(path), /^is gone$/],
    ["has become a folder", becomeFolder, /^cannot be read \(EISDIR\)$/],
  ];
  for (const [what, spoil, fault] of spoilings) {
    it(`keeps the last good list when the file ${what}, and says so once`, () => {
      write("A");
      const file = open();
      spoil();
      const look = file.look();
      expect(look.state === "bad" && look.fault).to.match(fault);
      expect(file.look()).to.deep.equal({ state: "same" });
      expect(file.fault).to.match(fault);
      expect(serialsOf(file)).to.deep.equal(["A"]);
      rmSync(path, { recursive: true, force: true });
      write("A", "B");
      expect(file.look().state).to.equal("changed");
      expect(file.fault).to.equal(null);
      expect(serialsOf(file)).to.deep.equal(["A", "B"]);
    });
  }

  it("lets somebody in again only at the second look, for a file may just be being written", () => {
    write("A", "B");
    const file = open();
    writeFileSync(path, "");
    expect(file.look()).to.deep.equal({ state: "same" });
    expect(serialsOf(file)).to.deep.equal(["A", "B"]);
    write("A", "B", "C");
    expect(file.look().state).to.equal("changed");
    write("A");
    file.look();
    expect(file.look().state).to.equal("changed");
    expect(serialsOf(file)).to.deep.equal(["A"]);
  });

  it("reads a file that only its owner may read", () => {
    write("A");
    chmodSync(path, 0o600);
    expect(serialsOf(open())).to.deep.equal(["A"]);
  });
});
