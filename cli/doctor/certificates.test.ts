import { expect } from "chai";
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY_MS } from "../../domain/time.ts";
import { beginNewAuthority } from "../../scripts/certs/change-authority.ts";
import { revokeCertificate } from "../../scripts/certs/revoke.ts";
import type { CertificateFault, TestCertificates } from "../../scripts/certs/test-certificates.ts";
import { REVOCATION_FILE_NAME } from "../../runtime/tls/revocation-list.ts";
import { sharedCertificates } from "../../test/support/shared-certificates.ts";
import { checkCertificates } from "./certificates.ts";
import type { Finding } from "./finding.ts";

describe("checkCertificates()", () => {
  const now = Date.now();
  let certificates: TestCertificates;
  let folder: string;
  before(async () => (certificates = await sharedCertificates()));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-doctor-"));
    for (const file of ["ca.crt", "ca.key", "cli.crt", "cli.key", "server.crt", "server.key"]) take(file);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const take = (file: string) => cpSync(join(certificates.folder, file), join(folder, file));
  const at = (time = now, place = folder): Finding[] => checkCertificates(place, "cli", time);
  const one = (name: string, findings = at()) => findings.find((finding) => finding.name === name);

  it("looks at the authority and at every role that has files there, and at no other", () => {
    expect(at().map(({ name, state }) => [name, state])).to.deep.equal([
      ["authority", "ok"],
      ["certificate server", "ok"],
      ["certificate cli", "ok"],
    ]);
    expect(one("certificate cli")?.message).to.match(/^cli\.crt ends in \d+ days, on \d{4}-/);
  });

  it("warns of what ends within 30 days, and tells what has ended", () => {
    expect(one("certificate cli", at(now + 59 * DAY_MS))?.state).to.equal("ok");
    expect(one("certificate cli", at(now + 61 * DAY_MS))).to.include({ state: "warn", hint: "make certs" });
    expect(one("certificate cli", at(now + 91 * DAY_MS))).to.include({ state: "fail", hint: "make certs" });
    expect(one("certificate cli", at(now + 91 * DAY_MS))?.message).to.include("cli.crt expired on");
  });

  it("warns of a change of the authority that was begun and not ended", async () => {
    await beginNewAuthority(folder, now);
    expect(one("authority")).to.include({ state: "warn" });
    expect(one("authority")?.hint).to.include("./bell certs renew --drop-old-ca");
  });

  const faults: readonly (readonly [CertificateFault, string])[] = [
    ["expired", "cli.crt expired on"],
    ["not-yet-valid", "cli.crt is not valid before"],
    ["another-ca", "cli.crt was issued by another authority than"],
    ["wrong-role", "is for the role fetcher, but cli is needed"],
    ["no-uri", "proves no identity here"],
  ];
  for (const [fault, words] of faults) {
    it(`tells the fault ${fault} of the role that has it alone`, async () => {
      const bad = await certificates.badFiles("cli", fault);
      cpSync(bad.certFile, join(folder, "cli.crt"));
      cpSync(bad.keyFile, join(folder, "cli.key"));
      expect(one("certificate cli")).to.include({ state: "fail", hint: "make certs" });
      expect(one("certificate cli")?.message).to.include(words);
      expect(at().filter(({ state }) => state !== "ok").length).to.equal(1);
    });
  }

  it("tells a key that is another certificate's", () => {
    cpSync(join(folder, "server.key"), join(folder, "cli.key"));
    expect(one("certificate cli")?.message).to.include("cli.key is not the key of");
  });

  it("tells a key that others may read, of a role or of the authority, with the command that mends it", () => {
    for (const file of ["server.key", "ca.key"]) chmodSync(join(folder, file), 0o644);
    expect(one("certificate server")?.hint).to.equal(`chmod 600 ${join(folder, "server.key")}`);
    expect(one("authority")).to.include({ state: "fail", hint: `chmod 600 ${join(folder, "ca.key")}` });
  });

  it("tells what is wrong with the authority once, and not of every role", () => {
    rmSync(join(folder, "ca.crt"));
    expect(one("authority")?.message).to.equal(`${join(folder, "ca.crt")} is missing`);
    expect(one("certificate cli")?.state).to.equal("ok");
    writeFileSync(join(folder, "ca.crt"), "no certificate");
    expect(one("authority")?.message).to.include("holds no certificate in PEM");
  });

  it("tells a certificate that was revoked, with the command that mends it", async () => {
    await revokeCertificate({ folder, what: "cli", reason: "lost", now });
    expect(one("certificate cli")).to.include({ state: "fail", hint: "./bell certs renew" });
    expect(one("certificate cli")?.message).to.match(/cli\.crt was revoked on .*lost/);
    expect(at().filter(({ state }) => state !== "ok").length).to.equal(1);
  });

  it("tells a list of revoked certificates that nobody can read", () => {
    writeFileSync(join(folder, REVOCATION_FILE_NAME), "not a serial number\n");
    const told = at().filter(({ state }) => state === "fail");
    expect(told.map(({ name }) => name)).to.deep.equal(["authority"]);
  });

  it("misses the files of the role that bell shows, also beside sound ones", () => {
    rmSync(join(folder, "cli.crt"));
    rmSync(join(folder, "cli.key"));
    const message = one("certificate cli")?.message;
    expect(message).to.include("cli.crt is missing").and.include("cli.key is missing");
  });

  it("says once that a folder has none, or is none", () => {
    for (const place of [mkdtempSync(join(folder, "empty-")), "/nonexistent"]) {
      const [finding, ...others] = at(now, place);
      expect(others).to.deep.equal([]);
      expect(finding).to.include({ name: "certificates", state: "fail", message: `there are none in ${place}` });
      expect(finding?.hint).to.include("make certs");
    }
  });
});
