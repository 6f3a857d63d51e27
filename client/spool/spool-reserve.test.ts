import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spoolOnFullDisk } from "../testing/spool-on-full-disk.ts";
import { SpoolReserve } from "./spool-reserve.ts";

const CHILD = join(import.meta.dirname, "../testing/spool-on-full-disk.ts");

describe("SpoolReserve", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tickerbell-reserve-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("holds room on the disk, and gives it once", () => {
    const reserve = new SpoolReserve(join(folder, "spool.db"));
    expect(reserve.release()).to.equal(false);
    reserve.keep();
    reserve.keep();
    expect(readdirSync(folder)).to.eql(["spool.db.reserve"]);
    expect(statSync(join(folder, "spool.db.reserve"))).to.include({ size: 256 * 1024, mode: 0o100600 });
    expect([reserve.isGivenUp, reserve.release(), reserve.isGivenUp, reserve.release()]).to.eql([false, true, true, false]); // prettier-ignore
    reserve.keep();
    expect(reserve.isGivenUp).to.equal(false);
  });

  it("means nothing where it cannot be held", () => {
    const reserve = new SpoolReserve(join(folder, "away", "spool.db"));
    reserve.keep();
    expect(reserve.release()).to.equal(false);
    mkdirSync(join(folder, "other.reserve"));
    const blocked = new SpoolReserve(join(folder, "other"));
    blocked.keep();
    expect([blocked.release(), blocked.isGivenUp]).to.eql([false, false]);
  });

  it("lets a spool that is alone on a full disk forget, and open", function () {
    const script = `import(${JSON.stringify(CHILD)}).then((m) => m.${spoolOnFullDisk.name}(${JSON.stringify(folder)}))`;
    const onDisk = ["--mount", "--map-root-user", "sh", "-c", `mount -t tmpfs -o size=1m tmpfs "$0" && exec "$@"`, folder]; // prettier-ignore
    if (spawnSync("unshare", [...onDisk, "true"]).status !== 0) {
      process.stdout.write("skipped: no right to mount a small disk\n");
      return this.skip();
    }
    const { stdout, stderr } = spawnSync("unshare", [...onDisk, process.execPath, "-e", script], { encoding: "utf8" });
    const times = stdout.trim().split("\n").map((line) => line.split(" ").map(Number)); // prettier-ignore
    expect(times, stderr).to.have.length(5);
    for (const [at, [spooled, left]] of times.entries()) {
      expect(spooled).to.be.above(at < 4 ? 5_000 : 0);
      expect(left).to.equal(0);
    }
    expect(existsSync(join(folder, "spool.db"))).to.equal(false);
  });
});
