import { expect } from "chai";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { generateKeyPairSync } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../domain/error.ts";
import { loadTokenKey } from "./token-key.ts";

describe("loadTokenKey()", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-key-"));
    file = join(folder, "token-key.pem");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("makes a key once, for its owner alone", () => {
    const made = loadTokenKey(folder);
    chmodSync(file, 0o644);
    expect(loadTokenKey(folder).equals(made)).to.be.true;
    expect(statSync(file).mode & 0o777).to.equal(0o600);
  });

  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const strange: [string, string | Buffer][] = [
    ["nothing", ""],
    ["something else", "garbage"],
    ["a key of another kind", rsa.export({ type: "pkcs8", format: "pem" })],
  ];
  for (const [what, content] of strange) {
    it(`names the file when it holds ${what}, and leaves it alone`, () => {
      writeFileSync(file, content);
      const load = () => loadTokenKey(folder);
      expect(load).to.throw(AppError, file).with.property("reason", "CONFIG_INVALID");
      expect(statSync(file).size).to.equal(content.length);
    });
  }
});
