import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FakeClock } from "../clock/fake-clock.ts";
import { issueTestCertificates, type TestCertificates } from "../../scripts/certs/test-certificates.ts";
import { loadCredentialFiles, type CredentialPaths } from "./credential-files.ts";
import { credentialPaths } from "./credential-paths.ts";
import { OwnCredentials } from "./own-credentials.ts";
import { RevocationList } from "./revocation-list.ts";

describe("OwnCredentials", () => {
  const now = Date.UTC(2026, 5, 1);
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-own-"));
  let certificates: TestCertificates;
  let next: CredentialPaths;
  let other: TestCertificates;
  let paths: CredentialPaths;
  let own: OwnCredentials;
  before(async () => {
    certificates = await issueTestCertificates(join(folder, "model"), now);
    other = await issueTestCertificates(join(folder, "other"), now);
    next = await certificates.filesWith("cli", [
      "basicConstraints = critical, CA:FALSE",
      "extendedKeyUsage = clientAuth",
      "subjectAltName = URI:spiffe://tickerbell/cli/next",
    ]);
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => {
    const copy = mkdtempSync(join(folder, "copy-"));
    paths = credentialPaths(copy, "cli");
    put(certificates.files("cli"));
    const files = loadCredentialFiles(paths, { expectedRole: "cli", now });
    own = new OwnCredentials(files, "cli", new FakeClock(now));
  });

  function put({ caFile, certFile, keyFile }: CredentialPaths): void {
    copyFileSync(caFile, paths.caFile);
    copyFileSync(certFile, paths.certFile);
    copyFileSync(keyFile, paths.keyFile);
  }

  const look = () => own.look(RevocationList.none);

  it("says that nothing has changed while nothing has", () => {
    expect([look(), look()]).to.deep.equal([{ state: "same" }, { state: "same" }]);
  });

  it("takes a new pair as soon as it is whole, and says so once", () => {
    put(next);
    const taken = look();
    expect(taken.state === "replaced" && taken.files.peer.name).to.equal("next");
    expect(own.current.peer.name).to.equal("next");
    expect(look()).to.deep.equal({ state: "same" });
  });

  it("takes a file that holds two authorities, and again the new one alone", () => {
    const [old, fresh] = [readFileSync(paths.caFile), readFileSync(other.files("cli").caFile)];
    writeFileSync(paths.caFile, Buffer.concat([fresh, old]));
    expect(look().state).to.equal("replaced");
    put(other.files("cli"));
    expect(look().state).to.equal("replaced");
    expect(own.current.ca).to.deep.equal(fresh);
  });

  it("says nothing of a pair that is half written while the other half comes", () => {
    copyFileSync(next.keyFile, paths.keyFile);
    expect(look()).to.deep.equal({ state: "same" });
    expect(own.current.peer.name).to.equal("local");
    copyFileSync(next.certFile, paths.certFile);
    expect(look().state).to.equal("replaced");
  });

  const half = (file: string): void => {
    const text = readFileSync(file);
    writeFileSync(file, text.subarray(0, text.length / 2));
  };
  const folderForKey = (): void => {
    rmSync(paths.keyFile);
    mkdirSync(paths.keyFile);
  };
  const spoilings: readonly [string, () => void, RegExp][] = [
    ["half a certificate", () => half(paths.certFile), /cli.crt holds/],
    ["an empty certificate", () => writeFileSync(paths.certFile, ""), /cli.crt is empty/],
    ["no certificate", () => rmSync(paths.certFile), /cli.crt is missing/],
    ["half a key", () => half(paths.keyFile), /cli.key holds no private key/],
    ["another pair's key", () => copyFileSync(next.keyFile, paths.keyFile), /cli.key is not the key of/],
    ["another pair's certificate", () => copyFileSync(next.certFile, paths.certFile), /cli.key is not the key of/],
    ["another authority", () => copyFileSync(other.files("cli").caFile, paths.caFile), /issued by another authority/],
    ["half an authority", () => half(paths.caFile), /ca.crt holds/],
    ["another role's pair", () => put(certificates.files("fetcher")), /is for the role fetcher/],
    ["a key open to all", () => chmodSync(paths.keyFile, 0o644), /is open to other users/],
    ["a folder in the key's place", folderForKey, /cannot be read \(EISDIR\)/],
  ];
  for (const [what, spoil, words] of spoilings) {
    it(`keeps the last good pair over ${what}, and says so once`, () => {
      look();
      const before = own.current;
      spoil();
      expect(look()).to.deep.equal({ state: "same" });
      const told = look();
      expect(told.state === "bad" && told.problems.map(({ file, message }) => `${file} ${message}`).join()).to.match(
        words,
      );
      expect([look(), look()]).to.deep.equal([{ state: "same" }, { state: "same" }]);
      expect(own.current).to.equal(before);
      rmSync(paths.keyFile, { recursive: true });
      put(next);
      chmodSync(paths.keyFile, 0o600);
      expect(look().state).to.equal("replaced");
    });
  }

  it("does not take a pair that was revoked", () => {
    put(next);
    const serial = loadCredentialFiles(next, { expectedRole: "cli", now }).serial;
    const revoked = new RevocationList([{ serial, time: now, reason: "stolen" }]);
    own.look(revoked);
    const told = own.look(revoked);
    expect(told.state === "bad" && told.problems[0]?.message).to.equal("was revoked on 2026-06-01 00:00 UTC: stolen");
    expect(own.current.peer.name).to.equal("local");
  });

  it("sees what was changed between its loading and its first look", () => {
    renameSync(paths.certFile, `${paths.certFile}.old`);
    put(next);
    expect(look().state).to.equal("replaced");
  });
});
