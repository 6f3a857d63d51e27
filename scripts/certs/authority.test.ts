import { execFileSync } from "node:child_process";
import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { DAY_MS } from "../../domain/time.ts";
import { ISSUED_ROLES } from "./issue-certificates.ts";
import { changes, refusalOf, TestFolder } from "./test-folder.ts";

describe("openAuthority()", () => {
  const folder = new TestFolder();
  const { now } = folder;
  before(() => folder.prepare());
  beforeEach(() => folder.open());
  afterEach(() => folder.close());
  after(() => folder.end());

  it("ends an authority that was begun: its key is kept, and the leaves it signed stay good", async () => {
    const before = folder.contents();
    rmSync(folder.file("ca.crt"));
    expect(changes(await folder.issue())).to.deep.equal({ ca: "made: from the ca.key that was there" });
    expect({ ...folder.contents(), "ca.crt": "" }).to.deep.equal({ ...before, "ca.crt": "" });
  });

  const refusals: readonly [string, () => void, number, RegExp, RegExp][] = [
    [
      "its key is missing",
      () => rmSync(folder.file("ca.key")),
      0,
      /ca.key is missing/,
      /restore .*ca.key from a backup, or begin .* mv .*ca.crt .*ca.crt.old && make certs/,
    ],
    [
      "its key is another's",
      () => copyFileSync(folder.file("cli.key"), folder.file("ca.key")),
      0,
      /ca.key is not the key of .*ca.crt/,
      /restore .*ca.key/,
    ],
    [
      "its key is no key",
      () => writeFileSync(folder.file("ca.key"), ""),
      0,
      /ca.key holds no private key/,
      /restore .*ca.key from a backup, or .* mv .*ca.key .* mv .*ca.crt/,
    ],
    [
      "it is no certificate",
      () => writeFileSync(folder.file("ca.crt"), ""),
      0,
      /ca.crt holds no certificate/,
      /restore .*ca.crt/,
    ],
    ["it is past its life", () => undefined, 4_000, /ca.crt expired on 2036-05-29/, /^begin with a new authority: mv/],
    [
      "the clock is before its life",
      () => undefined,
      -400,
      /ca.crt is not valid before 2026-05-31 23:55 UTC/,
      /^set this machine's clock/,
    ],
  ];
  for (const [what, spoil, days, message, hint] of refusals) {
    it(`touches nothing and says how to go on when the authority cannot be used: ${what}`, async () => {
      spoil();
      const before = folder.contents();
      const refusal = await refusalOf(folder.issue({ now: now + days * DAY_MS }));
      expect([refusal.code, refusal.reason]).to.deep.equal(["FAILED_PRECONDITION", "TLS_SETUP"]);
      expect(refusal.message).to.match(message);
      expect(refusal.hint).to.match(hint);
      expect(folder.contents()).to.deep.equal(before);
      const moves = /a new authority: (mv .*) && make certs$/.exec(refusal.hint)?.[1];
      execFileSync("sh", ["-c", moves ?? "false"]);
      await folder.issue({ now: now + days * DAY_MS });
      expect(changes(await folder.issue({ now: now + days * DAY_MS }))).to.deep.equal({});
    });
  }

  it("renews everything under a new authority once the old one is gone", async () => {
    for (const name of ["ca.crt", "ca.key"]) rmSync(folder.file(name));
    const renewed = ISSUED_ROLES.map((role) => [role, "renewed: was issued by another authority"]);
    expect(changes(await folder.issue())).to.deep.equal({ ca: "made: there was none", ...Object.fromEntries(renewed) });
  });
});
