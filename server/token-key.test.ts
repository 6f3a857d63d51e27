import { expect } from "chai";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadTokenKey } from "./token-key.ts";

describe("loadTokenKey()", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-key-"));
    file = join(folder, "token-key.pem");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("makes a key once, and keeps it closed to others", () => {
    const first = loadTokenKey(folder);
    expect(first.asymmetricKeyType).to.equal("ed25519");
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    chmodSync(file, 0o644);
    expect(loadTokenKey(folder).equals(first)).to.equal(true);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
  });

  it("makes no new key in place of one that cannot be read, for that would log everybody out", () => {
    writeFileSync(file, "no key");
    expect(() => loadTokenKey(folder)).to.throw();
  });
});
