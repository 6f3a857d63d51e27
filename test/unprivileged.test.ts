// The promise: nothing of Tickerbell needs to be root, and nothing is written but its data: not the program, not its libraries, not
// what npm or Node would like to keep somewhere.
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "../runtime/config/setting-types.ts";

const UID = "10001";
const LIMIT_MS = 240_000;

/** Every mount but the data becomes read-only; then root's rights go, for good. */
const CONFINE = `data=$1
shift
mount --bind "$data" "$data" || exit 99
while read -r _ place _; do
  if [ "$place" != "$data" ]; then mount -o remount,bind,ro "$place" 2>/dev/null; fi
done </proc/self/mounts
exec setpriv --reuid ${UID} --regid ${UID} --clear-groups --bounding-set -all --no-new-privs "$@"
`;

describe("an unprivileged user with one folder to write to", () => {
  let folder = "";

  before(function () {
    const isRoot = process.platform === "linux" && process.getuid?.() === 0;
    if (!isRoot || spawnSync("unshare", ["--mount", "setpriv", "--dump"]).status !== 0) {
      process.stdout.write("skipped: not root on Linux, or no setpriv and unshare\n");
      return this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), "tickerbell-unprivileged-"));
    chownSync(folder, Number(UID), Number(UID));
  });
  after(() => {
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  });

  function run(...words: string[]) {
    const kept = Object.entries(process.env).filter(([name]) => !/^(BELL_|NODE_|XDG_|npm_)/.test(name));
    const env = { ...Object.fromEntries(kept), HOME: "/nonexistent", TMPDIR: folder };
    const confined = ["--mount", "--propagation", "private", "sh", "-c", CONFINE, "sh", folder, ...words];
    return spawnSync("unshare", confined, { cwd: PROJECT_ROOT, env, encoding: "utf8", timeout: LIMIT_MS });
  }

  it("may do nothing that only root may, and write nowhere else", () => {
    const places = [PROJECT_ROOT, "/tmp", "/dev/shm", "/var/tmp", folder];
    const tried = 'grep CapEff /proc/self/status; for p; do touch "$p/here" 2>/dev/null && echo "$p"; done; exit 0';
    const { stdout } = run("sh", "-c", tried, "sh", ...places);
    expect(stdout).to.equal(`CapEff:\t0000000000000000\n${folder}\n`);
  });

  it("gets from a price to an inbox all the same", () => {
    const { status, stdout, stderr } = run(process.execPath, "scripts/demo.ts");
    expect(stdout, stderr).to.match(/\ndemo: 1 e-mail, \d+\.\d\d s from price to inbox\n$/);
    expect(stderr).to.equal("");
    expect(status).to.equal(0);
    const kept = readdirSync(folder).filter((name) => name !== "here");
    expect(kept).to.deep.equal(["node-compile-cache"]); // in the folder for temporary files, as Node is told
  });
});
