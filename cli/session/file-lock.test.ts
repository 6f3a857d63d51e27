import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { withFileLock } from "./file-lock.ts";

const NOW = Date.UTC(2026, 10, 22);

describe("withFileLock()", () => {
  let folder: string;
  let path: string;
  let clock: FakeClock;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bell lock "));
    path = join(folder, "session.json.lock");
    clock = new FakeClock(NOW);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("lets one in at a time", async () => {
    const order: string[] = [];
    const first = Promise.withResolvers<undefined>();
    const one = withFileLock(path, clock, async () => {
      order.push("one in");
      await first.promise;
      order.push("one out");
    });
    const two = withFileLock(path, clock, () => Promise.resolve(order.push("two in")));
    expect(clock.sleeping).to.equal(1);
    first.resolve(undefined);
    await one;
    clock.advance(50);
    await two;
    expect(order).to.deep.equal(["one in", "one out", "two in"]);
    expect(existsSync(path)).to.equal(false);
  });

  it("opens again when the deed fails", async () => {
    let message = "";
    await withFileLock(path, clock, () => Promise.reject(new Error("failed"))).catch((error: unknown) => {
      message = (error as Error).message;
    });
    expect(message).to.equal("failed");
    expect(existsSync(path)).to.equal(false);
  });

  it("says so when a file is in the folder's place, and does not wait for it", async () => {
    writeFileSync(join(folder, "plain"), "");
    const refused = await withFileLock(join(folder, "plain", "lock"), clock, () => Promise.resolve(null)).catch(
      (error: unknown) => error,
    );
    expect(refused).to.have.property("reason", "CONFIG_INVALID");
  });

  it("takes over from a process that died long ago", async () => {
    writeFileSync(path, "1\n");
    utimesSync(path, new Date(NOW - 21_000), new Date(NOW - 21_000));
    expect(await withFileLock(path, clock, () => Promise.resolve("done"))).to.equal("done");
  });
});
