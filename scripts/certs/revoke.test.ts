import { readFileSync, statSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { parseRevocationList } from "../../runtime/tls/revocation-list.ts";
import { revokeCertificate } from "./revoke.ts";
import { changes, refusalOf, TestFolder } from "./test-folder.ts";

describe("revokeCertificate()", () => {
  const folder = new TestFolder();
  const { now } = folder;
  before(() => folder.prepare());
  beforeEach(() => folder.open());
  afterEach(() => folder.close());
  after(() => folder.end());

  const revoke = (what: string, reason = "stolen") => revokeCertificate({ folder: folder.path, what, reason, now });
  const list = (): string => folder.contents()["revoked.txt"] ?? "";
  const serials = (): string[] => {
    const parsed = parseRevocationList(list());
    return typeof parsed === "string" ? expect.fail(parsed) : parsed.entries.map(({ serial }) => serial);
  };

  it("takes a role, a file or a serial number, and keeps what stood there, comments too", async () => {
    const [cli, fetcher] = [folder.read("cli.crt").serialNumber, folder.read("fetcher.crt").serialNumber];
    writeFileSync(folder.file("revoked.txt"), "# mine\nABC 2026-01-01 long ago");
    expect(await revoke("cli")).to.include({ serial: cli, role: "cli", isKnown: false });
    expect(await revoke(folder.file("fetcher.crt"))).to.include({ serial: fetcher, role: null });
    expect(await revoke("00:4f:3a", "")).to.include({ serial: "4F3A" });
    expect(serials()).to.deep.equal(["ABC", cli, fetcher, "4F3A"]);
    expect(list()).to.match(/^# mine\nABC 2026-01-01 long ago\n.* 2026-06-01T00:00:00Z stolen\n/);
    expect(statSync(folder.file("revoked.txt")).mode & 0o777).to.equal(0o644);
  });

  it("writes nothing for what is revoked already, and tells since when", async () => {
    await revoke("cli", "first");
    const before = list();
    expect(await revoke("cli", "second")).to.include({ isKnown: true, reason: "first" });
    expect(list()).to.equal(before);
  });

  it("touches no list that is bad, for who stands in it nobody knows", async () => {
    writeFileSync(folder.file("revoked.txt"), "hello\n");
    const refusal = await refusalOf(revoke("cli"));
    expect([refusal.reason, list()]).to.deep.equal(["TLS_SETUP", "hello\n"]);
    expect((await refusalOf(folder.issue())).message).to.match(/revoked.txt has a bad line 1/);
  });

  const bad: readonly [what: string, reason: string, RegExp][] = [
    ["nobody", "", /no role, no file and no serial number/],
    ["ca.crt", "", /is an authority/],
    ["cli.key", "", /holds no certificate/],
    ["cli", "one\ntwo", /must be one line/],
    ["cli", "# nothing", /must be one line/],
    ["cli", "x".repeat(201), /at most 200/],
  ];
  for (const [what, reason, words] of bad) {
    it(`refuses ${what} with the reason ${JSON.stringify(reason.slice(0, 9))}`, async () => {
      const refusal = await refusalOf(revoke(what.includes(".") ? folder.file(what) : what, reason));
      expect(refusal.code).to.equal("INVALID_ARGUMENT");
      expect(refusal.message).to.match(words);
      expect(list()).to.equal("");
    });
  }

  it("is followed by a renewal with a new key, once", async () => {
    const before = [folder.read("cli.crt").serialNumber, readFileSync(folder.file("cli.key"), "utf8")];
    await revoke("cli");
    expect(changes(await folder.issue())).to.deep.equal({ cli: "renewed: was revoked; its key is new too" });
    const after = [folder.read("cli.crt").serialNumber, readFileSync(folder.file("cli.key"), "utf8")];
    expect(after[0]).to.not.equal(before[0]);
    expect(after[1]).to.not.equal(before[1]);
    expect(changes(await folder.issue())).to.deep.equal({});
  });
});
