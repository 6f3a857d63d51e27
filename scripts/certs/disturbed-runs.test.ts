import { spawn } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ISSUED_ROLES } from "./issue-certificates.ts";
import { changes, TestFolder } from "./test-folder.ts";

describe("issueCertificates(), disturbed", () => {
  const folder = new TestFolder();
  const { now } = folder;
  beforeEach(() => folder.openEmpty());
  afterEach(() => folder.close());
  const scratch = mkdtempSync(join(tmpdir(), "tickerbell-scratch-"));
  after(() => {
    folder.end();
    rmSync(scratch, { recursive: true });
  });

  it("comes to one sound set when several runs start at once, from nothing and from broken files", async () => {
    for (const spoil of [
      () => undefined,
      () => writeFileSync(folder.file("cli.key"), ""),
      () => rmSync(folder.file("server.crt")),
    ]) {
      spoil();
      await Promise.all([folder.issue(), folder.issue(), folder.issue()]);
      expect(changes(await folder.issue())).to.deep.equal({});
    }
    expect(readdirSync(folder.path)).to.have.length(12);
  });

  it("mends what a run left that was killed at any moment, and no moment shows a certificate with another's key", async () => {
    const script = `import { issueCertificates } from ${JSON.stringify(new URL("./issue-certificates.ts", import.meta.url).href)};
      process.stdout.write("ready\\n");
      await issueCertificates({ folder: ${JSON.stringify(folder.path)}, now: ${now} });`;
    for (const files of [1, 5, 9]) {
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
        env: { ...process.env, TMPDIR: scratch }, // what a killed run leaves there goes with it
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      while (child.exitCode === null && readdirSync(folder.path).length < files) await new Promise(setImmediate);
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      expectNoForeignKeys();
      await folder.issue();
      expect(changes(await folder.issue())).to.deep.equal({});
      for (const file of readdirSync(folder.path)) rmSync(folder.file(file));
    }
  });

  function expectNoForeignKeys(): void {
    for (const name of ["ca", ...ISSUED_ROLES].filter((name) => existsSync(folder.file(`${name}.crt`)))) {
      expect(
        folder.read(`${name}.crt`).checkPrivateKey(createPrivateKey(readFileSync(folder.file(`${name}.key`)))),
      ).to.equal(true);
    }
  }
});
