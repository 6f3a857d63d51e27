import { spawn } from "node:child_process";
import { once } from "node:events";
import { createPrivateKey, X509Certificate } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { DAY_MS } from "../../domain/time.ts";
import { loadCredentialFiles } from "../../runtime/tls/credential-files.ts";
import { certificateTable } from "./certificate-table.ts";
import { ISSUED_ROLES, issueCertificates, type IssueOptions } from "./issue-certificates.ts";
import type { CertificateResult } from "./leaf.ts";
import { TestCertificates } from "./test-certificates.ts";

describe("issueCertificates()", () => {
  const now = Date.UTC(2026, 5, 1);
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "tickerbell-issue-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const issue = (options: Partial<IssueOptions> = {}): Promise<CertificateResult[]> =>
    issueCertificates({ folder, now, ...options });
  const path = (file: string): string => join(folder, file);
  const read = (file: string): X509Certificate => new X509Certificate(readFileSync(path(file)));
  const contents = (): Record<string, string> =>
    Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(path(file), "latin1")]));
  const actions = (results: readonly CertificateResult[]): Record<string, string> =>
    Object.fromEntries(results.map(({ name, action, reason }) => [name, `${action}: ${reason}`]));
  const exceptKept = (results: readonly CertificateResult[]): Record<string, string> =>
    actions(results.filter(({ action }) => action !== "kept"));
  const refusalOf = async (run: Promise<unknown>): Promise<AppError> =>
    run.then(
      () => expect.fail("it refused nothing"),
      (error: unknown) => error as AppError,
    );

  it("makes an authority and a pair for each role that each process can use", async () => {
    const results = await issue();
    expect(results.map(({ name, action }) => `${name} ${action}`)).to.deep.equal(
      ["ca", ...ISSUED_ROLES].map((name) => `${name} made`),
    );
    for (const role of ISSUED_ROLES) {
      const paths = { caFile: path("ca.crt"), certFile: path(`${role}.crt`), keyFile: path(`${role}.key`) };
      expect(loadCredentialFiles(paths, { expectedRole: role, now }).peer).to.deep.equal({ role, name: "local" });
    }
  });

  it("leaves nothing else in the folder, keys for their owner alone, and the folder closed", async () => {
    await issue();
    const files = ["ca", ...ISSUED_ROLES].flatMap((name) => [`${name}.crt`, `${name}.key`]);
    expect(readdirSync(folder).sort()).to.deep.equal(files.sort());
    for (const file of files) expect(statSync(path(file)).mode & 0o777).to.equal(file.endsWith(".key") ? 0o600 : 0o644);
    expect(statSync(folder).mode & 0o777).to.equal(0o700);
  });

  it("makes an authority of ten years that signs leaves only", async () => {
    await issue();
    const authority = read("ca.crt");
    expect(authority.ca).to.equal(true);
    expect(authority.validToDate.getTime()).to.equal(now + 3_650 * DAY_MS);
    expect(authority.verify(authority.publicKey)).to.equal(true);
    const text = authority.raw.toString("hex");
    expect(text).to.include("0603551d130101ff040830060101ff020100"); // critical CA:TRUE, pathlen:0
    expect(text).to.include("0603551d0f0101ff040403020106"); // critical keyCertSign, cRLSign
  });

  it("makes leaves of 90 days on P-256, each with a number of its own", async () => {
    const results = await issue();
    const leaves = ISSUED_ROLES.map((role) => read(`${role}.crt`));
    expect(new Set([...leaves, read("ca.crt")].map((leaf) => leaf.serialNumber)).size).to.equal(6);
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
    await issue({ names: { fetcher: "tokyo-1" } });
    const server = read("server.crt");
    for (const host of ["localhost", "server"]) expect(server.checkHost(host)).to.equal(host);
    for (const address of ["127.0.0.1", "::1"]) expect(server.checkIP(address)).to.equal(address);
    expect(server.keyUsage).to.deep.equal(["1.3.6.1.5.5.7.3.1"]);
    expect(read("fetcher.crt").keyUsage).to.deep.equal(["1.3.6.1.5.5.7.3.2"]);
    expect(read("fetcher.crt").subjectAltName).to.equal("URI:spiffe://tickerbell/fetcher/tokyo-1");
  });

  it("keeps every byte when run again", async () => {
    await issue();
    const before = contents();
    const results = await issue({ now: now + 59 * DAY_MS });
    expect(exceptKept(results)).to.deep.equal({});
    expect(contents()).to.deep.equal(before);
  });

  it("renews every leaf past two thirds of its life, with the same keys, and keeps the authority", async () => {
    await issue();
    const before = contents();
    const results = await issue({ now: now + 61 * DAY_MS });
    const renewed = ISSUED_ROLES.map((role) => [role, "renewed: two thirds of its life had passed"]);
    expect(actions(results)).to.deep.equal({ ca: "kept: fine", ...Object.fromEntries(renewed) });
    for (const [file, text] of Object.entries(contents())) {
      expect(text === before[file], file).to.equal(file.endsWith(".key") || file === "ca.crt");
    }
  });

  const mendings: readonly [string, () => void | Promise<void>, string][] = [
    ["a certificate that is gone", () => rmSync(path("cli.crt")), "made: there was none"],
    ["a certificate that is cut", () => writeFileSync(path("cli.crt"), "-----BEGIN"), "renewed: could not be read"],
    ["a key that is gone", () => rmSync(path("cli.key")), "renewed: had no key that can be read"],
    ["a key that is cut", () => writeFileSync(path("cli.key"), "-----BEGIN"), "renewed: had no key that can be read"],
    [
      "another's key",
      () => copyFileSync(path("fetcher.key"), path("cli.key")),
      "renewed: had another certificate's key",
    ],
    ["another's pair", copyFetcherPair, "renewed: is for the role fetcher, but cli is needed here"],
    ["another authority's", () => spoilWith("another-ca"), "renewed: was issued by another authority"],
    [
      "no URI",
      () => spoilWith("no-uri"),
      "renewed: proves no identity here: it has no URI among its alternative names; one is needed: spiffe://tickerbell/ROLE/NAME",
    ],
    ["an expired one", () => spoilWith("expired"), "renewed: expired on 2026-05-31 00:00 UTC"],
  ];
  for (const [what, spoil, expected] of mendings) {
    it(`mends one leaf and touches no other file: ${what}`, async () => {
      await issue();
      const before = contents();
      await spoil();
      expect(exceptKept(await issue())).to.deep.equal({ cli: expected });
      const others = ([file]: [string, string]): boolean => !file.startsWith("cli.");
      expect(Object.entries(contents()).filter(others)).to.deep.equal(Object.entries(before).filter(others));
      expect(exceptKept(await issue())).to.deep.equal({});
    });
  }

  function copyFetcherPair(): void {
    for (const kind of ["crt", "key"]) copyFileSync(path(`fetcher.${kind}`), path(`cli.${kind}`));
  }

  async function spoilWith(fault: "another-ca" | "no-uri" | "expired"): Promise<void> {
    const bad = await new TestCertificates(folder, now).badFiles("cli", fault);
    copyFileSync(bad.certFile, path("cli.crt"));
    copyFileSync(bad.keyFile, path("cli.key"));
    rmSync(join(bad.certFile, ".."), { recursive: true });
  }

  it("renews a leaf whose name or hosts are not the wanted ones", async () => {
    await issue();
    const renamed = exceptKept(await issue({ names: { cli: "laptop" } }));
    expect(renamed).to.deep.equal({ cli: "renewed: was for another name than laptop" });
    const bad = await new TestCertificates(folder, now).badFiles("server", "wrong-host");
    copyFileSync(bad.certFile, path("server.crt"));
    copyFileSync(bad.keyFile, path("server.key"));
    rmSync(join(bad.certFile, ".."), { recursive: true });
    const rehosted = exceptKept(await issue({ names: { cli: "laptop" } }));
    expect(rehosted).to.deep.equal({ server: "renewed: lacked a name under which the server is looked for" });
  });

  it("closes a key that others could read", async () => {
    await issue();
    chmodSync(path("cli.key"), 0o644);
    expect((await issue()).find(({ name }) => name === "cli")?.reason).to.match(/its key was open to other users/);
    expect(statSync(path("cli.key")).mode & 0o777).to.equal(0o600);
  });

  it("lets no leaf outlive its authority", async () => {
    await issue();
    const late = now + 3_600 * DAY_MS;
    await issue({ now: late });
    expect(read("cli.crt").validToDate.getTime()).to.equal(now + 3_650 * DAY_MS);
  });

  it("ends an authority that was begun: its key is kept, and the leaves it signed stay good", async () => {
    await issue();
    const before = contents();
    rmSync(path("ca.crt"));
    expect(exceptKept(await issue())).to.deep.equal({ ca: "made: from the ca.key that was there" });
    expect({ ...contents(), "ca.crt": "" }).to.deep.equal({ ...before, "ca.crt": "" });
  });

  const refusals: readonly [string, () => void, number, RegExp, RegExp][] = [
    [
      "its key is missing",
      () => rmSync(path("ca.key")),
      0,
      /ca.key is missing/,
      /restore .*ca.key from a backup, or begin .* mv .*ca.crt .*ca.crt.old && make certs/,
    ],
    [
      "its key is another's",
      () => copyFileSync(path("cli.key"), path("ca.key")),
      0,
      /ca.key is not the key of .*ca.crt/,
      /restore .*ca.key/,
    ],
    ["its key is no key", () => writeFileSync(path("ca.key"), ""), 0, /ca.key holds no private key/, /mv .*ca.key/],
    [
      "it is no certificate",
      () => writeFileSync(path("ca.crt"), ""),
      0,
      /ca.crt holds no certificate/,
      /restore .*ca.crt/,
    ],
    ["it is past its life", () => undefined, 4_000, /ca.crt expired on 2036-05-29/, /^begin with a new authority: mv/],
    ["the clock is before its life", () => undefined, -400, /ca.crt is not valid before .*clock/, /make certs/],
  ];
  for (const [what, spoil, days, message, hint] of refusals) {
    it(`touches nothing and says how to go on when the authority cannot be used: ${what}`, async () => {
      await issue();
      spoil();
      const before = contents();
      const refusal = await refusalOf(issue({ now: now + days * DAY_MS }));
      expect([refusal.code, refusal.reason]).to.deep.equal(["FAILED_PRECONDITION", "TLS_SETUP"]);
      expect(refusal.message).to.match(message);
      expect(refusal.hint).to.match(hint);
      expect(contents()).to.deep.equal(before);
    });
  }

  it("renews everything under a new authority once the old one is moved away, as the hint says", async () => {
    await issue();
    for (const file of ["ca.crt", "ca.key"]) rmSync(path(file));
    const results = await issue();
    expect(results.map(({ action }) => action)).to.deep.equal(["made", ...ISSUED_ROLES.map(() => "renewed")]);
    expect(actions(results)["cli"]).to.equal("renewed: was issued by another authority");
  });

  it("refuses a folder that everybody may write to and leaves it so", async () => {
    chmodSync(folder, 0o777);
    expect((await refusalOf(issue())).message).to.match(/can be written to by every user/);
    expect(statSync(folder).mode & 0o777).to.equal(0o777);
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it("refuses names that do not fit into a URI, and lives that are no days", async () => {
    for (const options of [
      { names: { cli: "a/b" } },
      { names: { cli: "x, DNS:y" } },
      { days: 0 },
      { days: 1.5 },
      { days: 4_000 },
    ]) {
      expect((await refusalOf(issue(options))).code).to.equal("INVALID_ARGUMENT");
    }
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it("says clearly that openssl is missing", async () => {
    const { PATH } = process.env;
    process.env["PATH"] = folder;
    const refusal = await refusalOf(issue());
    process.env["PATH"] = PATH;
    expect(refusal.message).to.match(/openssl was not found/);
    expect(refusal.hint).to.match(/install openssl/);
    expect(existsSync(path("ca.crt"))).to.equal(false);
    expect(exceptKept(await issue())["ca"]).to.equal("made: from the ca.key that was there");
  });

  it("comes to one sound set when several runs start at once, from nothing and from broken files", async () => {
    for (const spoil of [() => undefined, () => writeFileSync(path("cli.key"), ""), () => rmSync(path("server.crt"))]) {
      spoil();
      await Promise.all([issue(), issue(), issue()]);
      expect(exceptKept(await issue())).to.deep.equal({});
    }
    expect(readdirSync(folder)).to.have.length(12);
  });

  it("mends what a run left that was killed at any moment, and no moment shows a certificate with another's key", async () => {
    const script = `import { issueCertificates } from ${JSON.stringify(new URL("./issue-certificates.ts", import.meta.url).href)};
      process.stdout.write("ready\\n");
      await issueCertificates({ folder: ${JSON.stringify(folder)}, now: ${now} });`;
    for (let delay = 0; delay < 6; delay += 1) {
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      while (child.exitCode === null && readdirSync(folder).length < 2 * delay + 1) await new Promise(setImmediate);
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      expectNoForeignKeys();
      await issue();
      expect(exceptKept(await issue())).to.deep.equal({});
      for (const file of readdirSync(folder)) rmSync(path(file));
    }
  });

  function expectNoForeignKeys(): void {
    for (const name of ["ca", ...ISSUED_ROLES].filter((name) => existsSync(path(`${name}.crt`)))) {
      expect(read(`${name}.crt`).checkPrivateKey(createPrivateKey(readFileSync(path(`${name}.key`))))).to.equal(true);
    }
  }
});

describe("certificateTable()", () => {
  it("says what was done, where, until when and why, in columns", () => {
    const notAfter = Date.UTC(2026, 7, 30, 12, 5);
    const table = certificateTable([
      { name: "ca", path: join(process.cwd(), "certs/ca.crt"), action: "kept", reason: "fine", notAfter },
      { name: "server", path: "/elsewhere/server.crt", action: "renewed", reason: "expired", notAfter },
    ]);
    expect(table.split("\n")).to.deep.equal([
      "certificate  what     where                  until                 why",
      "ca           kept     certs/ca.crt           2026-08-30 12:05 UTC  fine",
      "server       renewed  /elsewhere/server.crt  2026-08-30 12:05 UTC  expired",
    ]);
  });
});
