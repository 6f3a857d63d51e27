import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect } from "chai";
import { DAY_MS } from "../../domain/time.ts";
import { ISSUED_ROLES, type IssuedRole } from "./issue-certificates.ts";
import { TestCertificates, type CertificateFault } from "./test-certificates.ts";
import { changes, TestFolder } from "./test-folder.ts";

describe("issueLeaf()", () => {
  const folder = new TestFolder();
  const { now } = folder;
  before(() => folder.prepare());
  beforeEach(() => folder.open());
  afterEach(() => folder.close());
  after(() => folder.end());

  it("renews every leaf past two thirds of its life, with the same keys, and keeps the authority", async () => {
    const before = folder.contents();
    const results = await folder.issue({ now: now + 61 * DAY_MS });
    const renewed = ISSUED_ROLES.map((role) => [role, "renewed: two thirds of its life had passed"]);
    expect(changes(results)).to.deep.equal(Object.fromEntries(renewed));
    for (const [file, text] of Object.entries(folder.contents())) {
      expect(text === before[file], file).to.equal(file.endsWith(".key") || file === "ca.crt");
    }
  });

  const mendings: readonly [string, () => void | Promise<void>, string][] = [
    ["a certificate that is gone", () => rmSync(folder.file("cli.crt")), "made: there was none"],
    [
      "a certificate that is cut",
      () => writeFileSync(folder.file("cli.crt"), "-----BEGIN"),
      "renewed: could not be read",
    ],
    ["a key that is gone", () => rmSync(folder.file("cli.key")), "renewed: had no key that can be read"],
    [
      "a key that is cut",
      () => writeFileSync(folder.file("cli.key"), "-----BEGIN"),
      "renewed: had no key that can be read",
    ],
    [
      "another's key",
      () => copyFileSync(folder.file("fetcher.key"), folder.file("cli.key")),
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
      const before = folder.contents();
      await spoil();
      expect(changes(await folder.issue())).to.deep.equal({ cli: expected });
      const others = ([file]: [string, string]): boolean => !file.startsWith("cli.");
      expect(Object.entries(folder.contents()).filter(others)).to.deep.equal(Object.entries(before).filter(others));
      expect(changes(await folder.issue())).to.deep.equal({});
    });
  }

  function copyFetcherPair(): void {
    for (const kind of ["crt", "key"]) copyFileSync(folder.file(`fetcher.${kind}`), folder.file(`cli.${kind}`));
  }

  async function spoilWith(fault: CertificateFault, role: IssuedRole = "cli"): Promise<void> {
    const bad = await new TestCertificates(folder.path, now).badFiles(role, fault);
    copyFileSync(bad.certFile, folder.file(`${role}.crt`));
    copyFileSync(bad.keyFile, folder.file(`${role}.key`));
    rmSync(dirname(bad.certFile), { recursive: true });
  }

  it("renews a leaf whose name or hosts are not the wanted ones", async () => {
    const renamed = changes(await folder.issue({ names: { cli: "laptop" } }));
    expect(renamed).to.deep.equal({ cli: "renewed: was for another name than laptop" });
    await spoilWith("wrong-host", "server");
    const rehosted = changes(await folder.issue({ names: { cli: "laptop" } }));
    expect(rehosted).to.deep.equal({ server: "renewed: lacked a name under which the server is looked for" });
  });

  it("lets no leaf outlive its authority", async () => {
    const late = now + 3_600 * DAY_MS;
    await folder.issue({ now: late });
    expect(folder.read("cli.crt").validToDate.getTime()).to.equal(now + 3_650 * DAY_MS);
  });
});
