import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { checkCredentialFiles } from "../../runtime/tls/credential-files.ts";
import { credentialPaths } from "../../runtime/tls/credential-paths.ts";
import { certificatesFromPem } from "../../runtime/tls/pem.ts";
import { beginNewAuthority, dropOldAuthorities } from "./change-authority.ts";
import { ISSUED_ROLES } from "./issue-certificates.ts";
import { changes, refusalOf, TestFolder } from "./test-folder.ts";

describe("a change of the authority", () => {
  const folder = new TestFolder();
  const { now } = folder;
  before(() => folder.prepare());
  beforeEach(() => folder.open());
  afterEach(() => folder.close());
  after(() => folder.end());

  const begin = () => beginNewAuthority(folder.path, now);
  const drop = () => dropOldAuthorities(folder.path, now);
  const authorities = (): string[] => certificatesFromPem(folder.contents()["ca.crt"] ?? "").map((one) => one.subject);
  const problems = (): string[] =>
    ISSUED_ROLES.flatMap((role) =>
      checkCredentialFiles(credentialPaths(folder.path, role), { expectedRole: role, now }).problems.map(
        ({ message }) => `${role} ${message}`,
      ),
    );

  it("leaves every certificate believed after each of its steps, and ends with the new authority alone", async () => {
    const [old = ""] = authorities();
    await begin();
    const [fresh = "", ...rest] = authorities();
    expect([fresh === old, rest]).to.deep.equal([false, [old]]);
    expect(problems()).to.deep.equal([]);
    expect(changes(await folder.issue())).to.deep.equal({}); // a run by a timer does not go ahead of the others
    expect(problems()).to.deep.equal([]);
    const renewed = changes(await folder.issue({ force: true }));
    expect(Object.keys(renewed)).to.have.members(ISSUED_ROLES);
    expect(problems()).to.deep.equal([]);
    await drop();
    expect(authorities()).to.deep.equal([fresh]);
    expect(problems()).to.deep.equal([]);
  });

  it("keeps the host names of the server's certificate", async () => {
    await folder.issue({ hosts: ["bell.example.com"] });
    await begin();
    const [, server] = await folder.issue({ force: true });
    expect(server?.hosts).to.include("bell.example.com");
  });

  it("takes the old key away: nothing can be issued by it any more", async () => {
    const key = folder.contents()["ca.key"];
    await begin();
    expect(Object.values(folder.contents())).to.not.include(key);
    expect(Object.keys(folder.contents()).filter((name) => name.startsWith("ca."))).to.have.members([
      "ca.crt",
      "ca.key",
    ]);
  });

  it("does not begin twice, and does not end while a leaf is the old one's", async () => {
    expect((await drop()).reason).to.equal("no other was trusted");
    await begin();
    const before = folder.contents();
    const twice = await refusalOf(begin());
    expect([twice.reason, twice.hint]).to.deep.equal([
      "TLS_SETUP",
      "end that change first: ./bell certs renew --force, and then ./bell certs renew --drop-old-ca",
    ]);
    await folder.issue({ force: true, roles: ["server", "fetcher", "notifier", "cli"] });
    const early = await refusalOf(drop());
    expect(early.message).to.match(/^still issued by an authority that is to go: \S+operator.crt$/);
    expect(folder.contents()["ca.crt"]).to.equal(before["ca.crt"]);
  });

  it("goes on where it was broken off, after each of its writes", async () => {
    const before = folder.contents();
    await begin();
    const after = folder.contents();
    const files: Record<string, string | undefined> = { "ca.crt": after["ca.crt"], "ca.key.next": after["ca.key"] };
    for (const written of [["ca.key.next"], ["ca.key.next", "ca.crt"]]) {
      for (const name of ["ca.crt", "ca.key"]) writeFileSync(folder.file(name), before[name] ?? "", "latin1");
      for (const name of written)
        writeFileSync(folder.file(name), files[name] ?? "", { encoding: "latin1", mode: 0o600 });
      expect(changes(await folder.issue())).to.deep.equal({}); // in between, all is as it was
      await begin();
      expect(authorities()).to.have.length(2);
      expect(readFileSync(folder.file("ca.key"), "latin1")).to.equal(after["ca.key"]);
      expect(problems()).to.deep.equal([]);
    }
  });

  it("says what to do with a key that is none", async () => {
    writeFileSync(folder.file("ca.key.next"), "hello");
    expect((await refusalOf(begin())).hint).to.match(/^rm \S+ca.key.next && /);
    rmSync(folder.file("ca.key.next"));
    await begin();
  });
});
