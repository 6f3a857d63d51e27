import { expect } from "chai";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { makeFolder } from "./make-folder.ts";

const MODULE = JSON.stringify(join(import.meta.dirname, "make-folder.ts"));
/** Long enough for a process to start on a slow machine; one that hangs is killed then. */
const LIMIT_MS = 60_000;

describe("makeFolder()", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tickerbell-folder-"))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const mode = (path: string) => statSync(path).mode & 0o777;

  it("makes what is missing, for its owner alone", () => {
    makeFolder(join(folder, "a", "b", "c"));
    expect([mode(join(folder, "a")), mode(join(folder, "a", "b", "c"))]).to.deep.equal([0o700, 0o700]);
  });

  it("leaves what is there as it is, by a link too", () => {
    chmodSync(folder, 0o755);
    symlinkSync(folder, join(folder, "link"));
    makeFolder(folder);
    makeFolder(join(folder, "link"));
    expect(mode(folder)).to.equal(0o755);
    expect(readdirSync(folder)).to.deep.equal(["link"]);
  });

  it("fails where a file is in the way", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => makeFolder(join(folder, "file"))).to.throw("EEXIST");
    expect(() => makeFolder(join(folder, "file", "a", "b"))).to.throw("ENOTDIR");
  });

  it("fails at once where a folder takes none", () => {
    // In a process of its own, which can be ended: whoever is caught in the call hears no signal.
    const script = `const { makeFolder } = await import(${MODULE});
      try { makeFolder("/proc/tickerbell/data") } catch (error) { console.log(error.code) }`;
    const { stdout, signal } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
      encoding: "utf8",
      timeout: LIMIT_MS,
      killSignal: "SIGKILL",
    });
    expect(signal).to.equal(null);
    expect(stdout).to.match(/^(ENOENT|EACCES|EROFS|ENOTSUP)\n$/);
  });
});
