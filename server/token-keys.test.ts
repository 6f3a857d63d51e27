import { expect } from "chai";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../domain/error.ts";
import { DAY_MS, MINUTE_MS } from "../domain/time.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { EXAMPLE_START_MS } from "../test/examples.ts";
import { TokenKeys } from "./token-keys.ts";

describe("TokenKeys", () => {
  let folder: string;
  let file: string;
  let clock: FakeClock;
  let lines: string[];
  let opened: TokenKeys[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-keys-"));
    file = join(folder, "token-key.pem");
    clock = new FakeClock(EXAMPLE_START_MS);
    lines = [];
    opened = [];
  });
  afterEach(async () => {
    for (const keys of opened) await keys.close();
    rmSync(folder, { recursive: true });
  });

  const open = (): TokenKeys => {
    const keys = new TokenKeys(
      folder,
      clock,
      createLog("test", "debug", { write: (line: string) => lines.push(line) }),
    );
    opened.push(keys);
    return keys;
  };
  const running = (): TokenKeys => {
    const keys = open();
    keys.start();
    return keys;
  };
  const pass = async (ms: number) => {
    clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  /** Puts a key of somebody else's making into the folder. */
  const place = (name: string, kind: "ed25519" | "rsa" = "ed25519") => {
    const { privateKey } =
      kind === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync(kind);
    writeFileSync(join(folder, name), privateKey.export({ type: "pkcs8", format: "pem" }));
    utimesSync(join(folder, name), clock.now() / 1_000, clock.now() / 1_000);
  };

  it("make a key once, for its owner alone", () => {
    const made = open().newest;
    chmodSync(file, 0o644);
    const again = open().newest;
    expect(again.id).to.equal(made.id);
    expect(again.privateKey.equals(made.privateKey)).to.equal(true);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
  });

  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const strange: [string, string | Buffer][] = [
    ["nothing", ""],
    ["something else", "garbage"],
    ["a key of another kind", rsa.export({ type: "pkcs8", format: "pem" })],
  ];
  for (const [what, content] of strange) {
    it(`name the file when it holds ${what}, and leave it alone`, () => {
      writeFileSync(file, content);
      expect(open).to.throw(AppError, file).with.property("reason", "CONFIG_INVALID");
      expect(statSync(file).size).to.equal(content.length);
    });
  }

  it("find the keys that they have, and nothing else by whatever name", () => {
    const keys = open();
    expect(keys.find(keys.newest.id)).to.equal(keys.newest);
    for (const id of [undefined, null, "", "../token-key.pem", [keys.newest.id], {}, "__proto__"]) {
      expect(keys.find(id)).to.equal(undefined);
    }
  });

  it("sign with another key after 90 days; the one before verifies until its last token has ended, and goes", async () => {
    const keys = running();
    const first = keys.newest;
    await pass(90 * DAY_MS - 2 * MINUTE_MS);
    expect(keys.newest.id).to.equal(first.id);
    await pass(2 * MINUTE_MS);
    const second = keys.newest;
    expect(second.id).not.to.equal(first.id);
    await pass(15 * MINUTE_MS);
    expect(keys.find(first.id)?.id).to.equal(first.id);
    await pass(5 * MINUTE_MS);
    expect([keys.find(first.id), keys.newest.id]).to.deep.equal([undefined, second.id]);
    expect(readdirSync(folder)).to.have.length(1);
    expect(open().newest.id).to.equal(second.id);
  });

  it("do so, too, with a key that was made while the clock stood years ahead", async () => {
    clock.step(12 * 365 * DAY_MS);
    const keys = running();
    const ahead = keys.newest.id;
    clock.step(-12 * 365 * DAY_MS);
    await pass(MINUTE_MS);
    expect(keys.newest.id).to.equal(ahead);
    clock.step(90 * DAY_MS);
    await pass(MINUTE_MS);
    expect(keys.newest.id).not.to.equal(ahead);
    clock.step(DAY_MS);
    await pass(MINUTE_MS);
    expect(keys.find(ahead)).to.equal(undefined);
  });

  it("do so at a start, too", () => {
    const first = open().newest;
    clock.advance(90 * DAY_MS);
    const keys = open();
    expect(keys.newest.id).not.to.equal(first.id);
    expect(keys.find(first.id)?.publicKey.equals(first.publicKey)).to.equal(true);
  });

  it("take a key that is put into the folder, within a minute", async () => {
    const keys = running();
    const first = keys.newest;
    clock.advance(DAY_MS);
    place("token-key-mine.pem");
    await pass(MINUTE_MS);
    expect(keys.newest.id).not.to.equal(first.id);
    expect(keys.find(first.id)?.id).to.equal(first.id);
    expect(statSync(join(folder, "token-key-mine.pem")).mode & 0o777).to.equal(0o600);
  });

  it("know a key no more that is taken away, and make one if it was the last", async () => {
    const keys = running();
    const first = keys.newest;
    rmSync(file);
    await pass(MINUTE_MS);
    expect(keys.find(first.id)).to.equal(undefined);
    expect(keys.find(keys.newest.id)).to.equal(keys.newest);
    expect(readdirSync(folder)).to.deep.equal(["token-key.pem"]);
  });

  it("go on with what they have when a file cannot be read, and say so", async () => {
    const keys = running();
    const first = keys.newest;
    clock.advance(DAY_MS);
    place("token-key-wrong.pem", "rsa");
    await pass(MINUTE_MS);
    expect(keys.newest.id).to.equal(first.id);
    expect(lines.join()).to.include("token-key-wrong.pem");
  });
});
