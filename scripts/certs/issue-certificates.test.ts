import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { DAY_MS } from "../../domain/time.ts";
import { loadCredentialFiles } from "../../runtime/tls/credential-files.ts";
import { credentialPaths } from "../../runtime/tls/credential-paths.ts";
import { ISSUED_ROLES } from "./issue-certificates.ts";
import { changes, refusalOf, TestFolder } from "./test-folder.ts";

describe("issueCertificates()", () => {
  const folder = new TestFolder();
  const { now } = folder;
  before(() => folder.prepare());
  beforeEach(() => folder.open());
  afterEach(() => folder.close());
  after(() => folder.end());

  it("keeps every byte when run again", async () => {
    const before = folder.contents();
    const results = await folder.issue({ now: now + 59 * DAY_MS });
    expect(changes(results)).to.deep.equal({});
    expect(folder.contents()).to.deep.equal(before);
  });

  it("closes a key that others could read", async () => {
    chmodSync(folder.file("cli.key"), 0o644);
    expect((await folder.issue()).find(({ name }) => name === "cli")?.reason).to.match(
      /its key was open to other users/,
    );
    expect(statSync(folder.file("cli.key")).mode & 0o777).to.equal(0o600);
  });

  it("tells the names that the server's certificate bears, those it had before too", async () => {
    const hostsOf = async (...hosts: string[]) => (await folder.issue({ hosts })).map(({ hosts }) => hosts);
    const usual = ["localhost", "server", "127.0.0.1", "::1"];
    const [ca, server, fetcher] = await hostsOf();
    expect(server).to.have.members(usual);
    expect([ca, fetcher]).to.deep.equal([[], []]);
    await hostsOf("bell.example.com");
    const [, renewed] = await hostsOf("192.0.2.7");
    expect(renewed).to.have.members([...usual, "bell.example.com", "192.0.2.7"]);
  });

  it("says so when its folder cannot be made", async () => {
    writeFileSync(folder.file("plain"), "");
    const { code, reason, message } = await refusalOf(folder.issue({ folder: folder.file("plain/certs") }));
    expect([code, reason]).to.deep.equal(["FAILED_PRECONDITION", "TLS_SETUP"]);
    expect(message).to.include(`${folder.file("plain/certs")} cannot be made (ENOTDIR)`);
  });

  describe("in an empty folder", () => {
    beforeEach(() => {
      folder.close();
      folder.openEmpty();
    });

    it("makes an authority and a pair for each role that each process can use", async () => {
      const results = await folder.issue();
      expect(results.map(({ name, action }) => `${name} ${action}`)).to.deep.equal(
        ["ca", ...ISSUED_ROLES].map((name) => `${name} made`),
      );
      for (const role of ISSUED_ROLES) {
        const paths = credentialPaths(folder.path, role);
        expect(loadCredentialFiles(paths, { expectedRole: role, now }).peer).to.deep.equal({ role, name: "local" });
      }
    });

    it("leaves nothing else in the folder, keys for their owner alone, and the folder closed", async () => {
      await folder.issue();
      const files = ["ca", ...ISSUED_ROLES].flatMap((name) => [`${name}.crt`, `${name}.key`]);
      expect(readdirSync(folder.path).sort()).to.deep.equal(files.sort());
      for (const file of files)
        expect(statSync(folder.file(file)).mode & 0o777).to.equal(file.endsWith(".key") ? 0o600 : 0o644);
      expect(statSync(folder.path).mode & 0o777).to.equal(0o700);
    });

    it("makes an authority of ten years that signs leaves only", async () => {
      await folder.issue();
      const authority = folder.read("ca.crt");
      expect(authority.ca).to.equal(true);
      expect(authority.validToDate.getTime()).to.equal(now + 3_650 * DAY_MS);
      expect(authority.verify(authority.publicKey)).to.equal(true);
      const text = authority.raw.toString("hex");
      expect(text).to.include("0603551d130101ff040830060101ff020100"); // critical CA:TRUE, pathlen:0
      expect(text).to.include("0603551d0f0101ff040403020106"); // critical keyCertSign, cRLSign
    });

    it("makes leaves of 90 days on P-256, each with a number of its own", async () => {
      const results = await folder.issue();
      const leaves = ISSUED_ROLES.map((role) => folder.read(`${role}.crt`));
      expect(new Set([...leaves, folder.read("ca.crt")].map((leaf) => leaf.serialNumber)).size).to.equal(6);
      for (const leaf of leaves) {
        expect(leaf.ca).to.equal(false);
        expect(leaf.serialNumber).to.match(/^[4-7][0-9A-F]{31}$/);
        expect(leaf.validToDate.getTime()).to.equal(now + 90 * DAY_MS);
        expect(leaf.publicKey.asymmetricKeyDetails?.namedCurve).to.equal("prime256v1");
        expect(leaf.raw.toString("hex")).to.include("0603551d0f0101ff040403020780"); // critical digitalSignature
      }
      expect(results.slice(1).map(({ notAfter }) => notAfter)).to.deep.equal(Array(5).fill(now + 90 * DAY_MS));
    });

    it("names the server's hosts and each role's use", async () => {
      await folder.issue({ names: { fetcher: "tokyo-1" } });
      const server = folder.read("server.crt");
      for (const host of ["localhost", "server"]) expect(server.checkHost(host)).to.equal(host);
      for (const address of ["127.0.0.1", "::1"]) expect(server.checkIP(address)).to.equal(address);
      expect(server.keyUsage).to.deep.equal(["1.3.6.1.5.5.7.3.1"]);
      expect(folder.read("fetcher.crt").keyUsage).to.deep.equal(["1.3.6.1.5.5.7.3.2"]);
      expect(folder.read("fetcher.crt").subjectAltName).to.equal("URI:spiffe://tickerbell/fetcher/tokyo-1");
    });

    it("names further hosts of the server, and goes on naming them when it renews", async () => {
      await folder.issue({ hosts: ["Bell.example.com", "192.0.2.7", "2001:db8::7"] });
      await folder.issue({ now: now + 80 * DAY_MS });
      const server = folder.read("server.crt");
      expect(server.validFromDate.getTime()).to.be.above(now + 79 * DAY_MS);
      for (const host of ["localhost", "server", "bell.example.com"]) expect(server.checkHost(host)).to.equal(host);
      for (const address of ["127.0.0.1", "192.0.2.7", "2001:db8::7"])
        expect(server.checkIP(address)).to.equal(address);
      expect(folder.read("cli.crt").subjectAltName).to.equal("URI:spiffe://tickerbell/cli/local");
    });

    it("renews a server's certificate for a host that it does not name, and for no other reason", async () => {
      await folder.issue();
      const actionOf = async (host: string) =>
        (await folder.issue({ hosts: [host] })).find(({ name }) => name === "server")?.action;
      expect(await actionOf("bell.example.com")).to.equal("renewed");
      expect(await actionOf("BELL.example.com")).to.equal("kept");
    });

    it("refuses a folder that everybody may write to and leaves it so", async () => {
      chmodSync(folder.path, 0o777);
      expect((await refusalOf(folder.issue())).message).to.match(/can be written to by every user/);
      expect(statSync(folder.path).mode & 0o777).to.equal(0o777);
      expect(readdirSync(folder.path)).to.deep.equal([]);
    });

    it("refuses names that do not fit into a URI, and lives that are no days", async () => {
      for (const options of [
        { names: { cli: "a/b" } },
        { names: { cli: "x, DNS:y" } },
        { hosts: ["bell.example.com, DNS:evil.example"] },
        { hosts: ["*.example.com"] },
        { hosts: ["192.0.2"] },
        { hosts: ["https://bell.example.com"] },
        { days: 0 },
        { days: 1.5 },
        { days: 4_000 },
      ]) {
        expect((await refusalOf(folder.issue(options))).code).to.equal("INVALID_ARGUMENT");
      }
      expect(readdirSync(folder.path)).to.deep.equal([]);
    });

    it("says clearly that openssl is missing", async () => {
      const { PATH } = process.env;
      process.env["PATH"] = folder.path;
      const refusal = await refusalOf(folder.issue()).finally(() => (process.env["PATH"] = PATH));
      expect(refusal.message).to.match(/openssl was not found/);
      expect(refusal.hint).to.match(/install openssl/);
      expect(existsSync(folder.file("ca.crt"))).to.equal(false);
      expect(changes(await folder.issue())["ca"]).to.equal("made: from the ca.key that was there");
    });
  });
});
