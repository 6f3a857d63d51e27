// The promise: a command whose output found no room on the disk says so, and does not end as if all were well.
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "main.ts");

describe("bell, whose output goes to a full disk", () => {
  let full: number;
  before(function () {
    if (process.platform !== "linux") return this.skip();
    full = openSync("/dev/full", "w");
  });
  after(() => {
    if (process.platform === "linux") closeSync(full);
  });

  it("fails, and says why", () => {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, "--help"], {
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
    });
    expect([status, stderr]).to.deep.equal([7, "bell: there was no room left for some of the output\n"]);
  });

  it("fails as it would have failed when its complaints go there too", () => {
    const run = (...words: string[]) =>
      spawnSync(process.execPath, [MAIN, ...words], { stdio: ["ignore", full, full] });
    expect([run("--help").status, run("--no-such-option").status]).to.deep.equal([7, 2]);
  });
});
