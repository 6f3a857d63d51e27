import { copyFileSync, chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { DAY_MS } from "../../domain/time.ts";
import {
  issueTestCertificates,
  type CertificateFault,
  type TestCertificates,
} from "../../scripts/certs/test-certificates.ts";
import { checkCredentialFiles, loadCredentialFiles, type CredentialPaths } from "./credential-files.ts";

describe("loadCredentialFiles()", () => {
  const now = Date.UTC(2026, 5, 1);
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-credentials-"));
  let certificates: TestCertificates;
  before(async () => void (certificates = await issueTestCertificates(folder, now)));
  after(() => rmSync(folder, { recursive: true }));

  /** Copies of the sound cli files, for a test to spoil. */
  function copies(): CredentialPaths {
    const { caFile, certFile, keyFile } = certificates.files("cli");
    const spoilt = mkdtempSync(join(folder, "spoilt-"));
    const paths = {
      caFile: join(spoilt, "ca.crt"),
      certFile: join(spoilt, "cli.crt"),
      keyFile: join(spoilt, "cli.key"),
    };
    copyFileSync(caFile, paths.caFile);
    copyFileSync(certFile, paths.certFile);
    copyFileSync(keyFile, paths.keyFile);
    return paths;
  }

  const problemsOf = (paths: CredentialPaths, at = now): string[] =>
    checkCredentialFiles(paths, { expectedRole: "cli", now: at }).problems.map(
      ({ file, message, mend }) => `${file.slice(file.lastIndexOf("/") + 1)} ${message} → ${mend}`,
    );

  it("hands over the three files, who they are for and until when", () => {
    const files = loadCredentialFiles(certificates.files("cli"), { expectedRole: "cli", now });
    expect(files.peer).to.deep.equal({ role: "cli", name: "local" });
    expect(files.notAfter).to.equal(now + 90 * DAY_MS);
    expect(files.key).to.deep.equal(readFileSync(certificates.files("cli").keyFile));
  });

  it("takes any one of several expected roles", () => {
    const files = loadCredentialFiles(certificates.files("operator"), { expectedRole: ["cli", "operator"], now });
    expect(files.peer.role).to.equal("operator");
  });

  it("takes an authority file that holds the old authority and the new one", async () => {
    const paths = copies();
    const other = await issueTestCertificates(join(folder, "other"), now);
    const both = [other.files("cli").caFile, paths.caFile].map((file) => readFileSync(file, "utf8")).join("");
    writeFileSync(paths.caFile, both);
    expect(problemsOf(paths)).to.deep.equal([]);
  });

  const spoilings: readonly [string, (paths: CredentialPaths) => void, readonly RegExp[]][] = [
    ["a missing certificate", ({ certFile }) => rmSync(certFile), [/^cli.crt is missing → make certs$/]],
    ["a missing key", ({ keyFile }) => rmSync(keyFile), [/^cli.key is missing → make certs$/]],
    ["a missing authority", ({ caFile }) => rmSync(caFile), [/^ca.crt is missing → make certs$/]],
    ["an empty authority file", ({ caFile }) => writeFileSync(caFile, ""), [/^ca.crt is empty/]],
    [
      "a leaf in the authority's place",
      (p) => copyFileSync(p.certFile, p.caFile),
      [/^ca.crt is no authority/, /^cli.crt was issued by another/],
    ],
    [
      "an authority file without PEM",
      ({ caFile }) => writeFileSync(caFile, "hello"),
      [/^ca.crt holds no certificate in PEM/],
    ],
    [
      "a certificate that is cut",
      cutCertificate,
      [/^cli.crt holds (a certificate that cannot be read|no certificate)/],
    ],
    [
      "a key that is no PEM",
      ({ keyFile }) => writeFileSync(keyFile, "hello"),
      [/^cli.key holds no private key in PEM/],
    ],
    [
      "a key open to the group",
      ({ keyFile }) => chmodSync(keyFile, 0o640),
      [/^cli.key is open to other users \(mode 0640\).* → chmod 600 .*cli.key$/],
    ],
    [
      "a key open to all",
      ({ keyFile }) => chmodSync(keyFile, 0o644),
      [/^cli.key is open to other users \(mode 0644\)/],
    ],
    ["a folder in the certificate's place", folderForCertificate, [/^cli.crt cannot be read \(EISDIR\) → ls -l/]],
  ];
  for (const [what, spoil, expected] of spoilings) {
    it(`tells ${what}`, () => {
      const paths = copies();
      spoil(paths);
      const problems = problemsOf(paths);
      expect(problems).to.have.length(expected.length);
      expected.forEach((pattern, index) => expect(problems[index]).to.match(pattern));
    });
  }

  it("tells another certificate's key", () => {
    const paths = { ...copies(), keyFile: certificates.files("fetcher").keyFile };
    expect(problemsOf(paths))
      .to.have.length(1)
      .and.to.match(/fetcher.key is not the key of .*cli.crt/);
  });

  const faults: readonly [CertificateFault, RegExp][] = [
    ["another-ca", /^cli.crt was issued by another authority than .*ca.crt/],
    ["self-signed", /^cli.crt was issued by another authority than .*ca.crt/],
    ["expired", /^cli.crt expired on 2026-05-31 00:00 UTC/],
    ["not-yet-valid", /^cli.crt is not valid before 2026-06-02 00:00 UTC; is this machine's clock right/],
    ["wrong-role", /^cli.crt is for the role fetcher, but cli is needed here/],
    ["no-uri", /^cli.crt proves no identity here: it has no URI/],
    ["two-uris", /^cli.crt proves no identity here: it has 2 URIs/],
    ["no-eku", /^cli.crt proves no identity here: .* lacks clientAuth/],
    ["ca-true", /^cli.crt proves no identity here: it is a certificate authority/],
  ];
  for (const [fault, words] of faults) {
    it(`tells a certificate with the fault ${fault}`, async () => {
      const problems = problemsOf(await certificates.badFiles("cli", fault));
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(words);
    });
  }

  it("tells an authority that is past its life", () => {
    expect(problemsOf(certificates.files("cli"), now + 4_000 * DAY_MS)[0]).to.match(/^ca.crt expired on/);
  });

  it("throws one error with every problem, its file and what mends it", () => {
    const paths = copies();
    writeFileSync(paths.caFile, "");
    rmSync(paths.certFile);
    chmodSync(paths.keyFile, 0o644);
    try {
      loadCredentialFiles(paths, { expectedRole: "cli", now });
      expect.fail("it threw nothing");
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      expect([error.code, error.reason]).to.deep.equal(["FAILED_PRECONDITION", "TLS_SETUP"]);
      expect(error.fields.map(({ field }) => field)).to.deep.equal([paths.caFile, paths.certFile, paths.keyFile]);
      expect(error.message).to.include(
        `${paths.caFile} is empty; ${paths.certFile} is missing; ${paths.keyFile} is open`,
      );
      expect(error.hint).to.equal(`make certs; chmod 600 ${paths.keyFile}`);
    }
  });
});

function cutCertificate({ certFile }: CredentialPaths): void {
  const lines = readFileSync(certFile, "utf8").split("\n");
  writeFileSync(certFile, [...lines.slice(0, 3), ...lines.slice(-2)].join("\n"));
}

function folderForCertificate({ certFile }: CredentialPaths): void {
  rmSync(certFile);
  mkdirSync(certFile);
}
