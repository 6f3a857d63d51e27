import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { DAY_MS } from "../../domain/time.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import {
  issueTestCertificates,
  type CertificateFault,
  type TestCertificates,
} from "../../scripts/certs/test-certificates.ts";
import { World } from "../testing/world.ts";

interface Row {
  readonly name: string;
  readonly serial: string;
  readonly daysLeft: number;
  readonly faults: readonly string[];
}

describe("bell certs", () => {
  const now = Date.UTC(2026, 5, 1);
  let world: World;
  let folder: string;
  const model = mkdtempSync(join(tmpdir(), "bell certs "));
  let certificates: TestCertificates;
  before(async () => void (certificates = await issueTestCertificates(model, now)));
  after(() => rmSync(model, { recursive: true }));
  beforeEach(async () => {
    world = await World.open();
    world.clock = new FakeClock(now);
    folder = join(world.folder, "certs");
    cpSync(model, folder, { recursive: true });
  });
  afterEach(() => world.close());

  const file = (name: string): string => join(folder, name);
  const statusRows = async (): Promise<Row[]> => {
    const { output } = await world.bell("certs", "status", "--json");
    return (JSON.parse(output) as { certificates: Row[] }).certificates;
  };

  describe("status", () => {
    it("shows each certificate with its end, and ends with 0 while all is fine", async () => {
      const { exitCode, output } = await world.bell("certs", "status");
      expect(exitCode).to.equal(0);
      expect(output).to.match(/^certificate +file +serial number +until +days left +state\n/);
      expect(output).to.match(/\nserver +\S.*server\.crt +[0-9A-F]{32} +2026-08-30 00:00 UTC +90 +fine\n/);
      expect(output).to.match(/nothing is revoked\n$/);
    });

    it("ends with 1 when one ends within 30 days, and not a day before", async () => {
      world.clock = new FakeClock(now + 60 * DAY_MS);
      expect((await world.bell("certs", "status")).exitCode).to.equal(0);
      world.clock = new FakeClock(now + 60 * DAY_MS + 1);
      const { exitCode, output } = await world.bell("certs", "status");
      expect(exitCode).to.equal(1);
      expect(output).to.match(/cli +.* 29 +ends soon: make certs\n/);
    });

    const broken: readonly [string, () => void, string, RegExp][] = [
      ["a key that others can read", () => chmodSync(file("cli.key"), 0o644), "cli", /^its key is open to other users/],
      ["the authority's key, open", () => chmodSync(file("ca.key"), 0o640), "ca", /^its key is open to other users/],
      ["a key that is gone", () => rmSync(file("cli.key")), "cli", /^its key is missing/],
      ["no certificate", () => rmSync(file("cli.crt")), "cli", /^is missing/],
      ["an empty certificate", () => writeFileSync(file("cli.crt"), ""), "cli", /^is empty/],
      ["no authority", () => rmSync(file("ca.crt")), "ca", /^is missing/],
      ["an authority that is none", () => writeFileSync(file("ca.crt"), "hello"), "ca", /^holds no certificate/],
    ];
    for (const [what, spoil, name, fault] of broken) {
      it(`ends with 78 for ${what}, and names it`, async () => {
        spoil();
        expect((await world.bell("certs", "status")).exitCode).to.equal(78);
        expect((await statusRows()).find((row) => row.name === name)?.faults[0]).to.match(fault);
      });
    }

    it("ends with 78 for one that has expired, and for a list that is bad", async () => {
      world.clock = new FakeClock(now + 91 * DAY_MS);
      expect((await world.bell("certs", "status")).exitCode).to.equal(78);
      world.clock = new FakeClock(now);
      writeFileSync(file("revoked.txt"), "hello");
      const { exitCode, output } = await world.bell("certs", "status");
      expect([exitCode, output]).to.satisfy(([code, text]: [number, string]) => code === 78 && /bad line 1/.test(text));
    });
  });

  describe("inspect", () => {
    it("tells all that matters", async () => {
      const { exitCode, output } = await world.bell("certs", "inspect", file("server.crt"));
      expect(exitCode).to.equal(0);
      for (const line of [
        /^for +spiffe:\/\/tickerbell\/server\/local$/m,
        /^issued by +CN=Tickerbell CA [0-9a-f]{8}$/m,
        /^until +2026-08-30 00:00 UTC$/m,
        /^hosts +localhost, server, 127\.0\.0\.1, ::1$/m,
        /^used as +serverAuth$/m,
        /^key +ec prime256v1$/m,
        /^state +fine$/m,
      ])
        expect(output).to.match(line);
    });

    const faults: readonly [CertificateFault, RegExp][] = [
      ["another-ca", /^wrong +was issued by another authority/m],
      ["expired", /^wrong +expired on/m],
      ["two-uris", /^wrong +proves no identity here: it has 2 URIs/m],
      ["ca-true", /^wrong +proves no identity here: .*CA:TRUE/m],
    ];
    for (const [fault, words] of faults) {
      it(`shows a certificate with the fault ${fault}`, async () => {
        const { certFile } = await certificates.badFiles("cli", fault);
        const { exitCode, output } = await world.bell("certs", "inspect", certFile);
        expect(output).to.match(words);
        expect(exitCode).to.equal(78);
      });
    }

    it("shows every certificate of a file, and refuses a file without any", async () => {
      await world.bell("certs", "renew", "--new-ca");
      const { exitCode, output } = await world.bell("certs", "inspect", file("ca.crt"), "--json");
      expect(exitCode).to.equal(0);
      expect((JSON.parse(output) as { certificates: unknown[] }).certificates).to.have.length(2);
      const refused = await world.bell("certs", "inspect", file("cli.key"));
      expect(refused.exitCode).to.equal(78);
      expect(refused.errors).to.match(/cli.key holds no certificate in PEM/);
    });
  });

  describe("renew", () => {
    const kept = async (...words: string[]): Promise<string[]> => {
      const { output } = await world.bell("certs", "renew", ...words, "--json");
      const { certificates } = JSON.parse(output) as { certificates: { name: string; action: string }[] };
      return certificates.map(({ name, action }) => `${name} ${action}`);
    };

    it("says what comes next in a change of the authority, until it is at its end", async () => {
      expect((await world.bell("certs", "renew", "--force")).errors).to.equal("");
      expect((await world.bell("certs", "renew", "--new-ca")).errors).to.include("./bell certs renew --force");
      expect((await world.bell("certs", "renew", "--force")).errors).to.include("./bell certs renew --drop-old-ca");
      expect((await world.bell("certs", "renew", "--drop-old-ca")).errors).to.equal("");
    });

    it("keeps what has a third of its life left, and renews the rest of what is there", async () => {
      rmSync(file("operator.crt"));
      rmSync(file("operator.key"));
      const roles = ["server", "fetcher", "notifier", "cli"];
      expect(await kept()).to.deep.equal(["ca kept", ...roles.map((role) => `${role} kept`)]);
      world.clock = new FakeClock(now + 61 * DAY_MS);
      expect(await kept("fetcher")).to.deep.equal(["ca kept", "fetcher renewed"]);
      expect(await kept()).to.deep.equal([
        "ca kept",
        ...roles.map((role) => `${role} ${role === "fetcher" ? "kept" : "renewed"}`),
      ]);
    });

    it("renews what is sound with --force, with the same key", async () => {
      const [before, key] = [readFileSync(file("cli.crt"), "utf8"), readFileSync(file("cli.key"), "utf8")];
      expect(await kept("cli", "--force")).to.deep.equal(["ca kept", "cli renewed"]);
      expect(readFileSync(file("cli.crt"), "utf8")).to.not.equal(before);
      expect(readFileSync(file("cli.key"), "utf8")).to.equal(key);
    });

    for (const words of [["boss"], ["--new-ca", "--drop-old-ca"], ["--new-ca", "cli"], ["--drop-old-ca", "--force"]]) {
      it(`refuses ${words.join(" ")}`, async () => {
        expect((await world.bell("certs", "renew", ...words)).exitCode).to.equal(2);
      });
    }
  });

  describe("revoke", () => {
    it("puts a role's certificate on the list, which status shows, and says what to do next", async () => {
      const { exitCode, output } = await world.bell("certs", "revoke", "cli", "--reason", "stolen");
      expect(exitCode).to.equal(0);
      expect(output)
        .to.match(/ is revoked \(stolen\): it stands in \S.*revoked.txt/)
        .and.include("./bell certs renew cli");
      const row = (await statusRows()).find(({ name }) => name === "cli");
      expect(row?.faults).to.deep.equal(["was revoked on 2026-06-01 00:00 UTC: stolen"]);
      expect(readFileSync(file("revoked.txt"), "utf8")).to.include(`${row?.serial} 2026-06-01T00:00:00Z stolen`);
      expect((await world.bell("certs", "revoke", "cli")).output).to.match(/was revoked on .* already \(stolen\)/);
    });

    it("loses none of several that are revoked at the same time", async () => {
      world.clock = systemClock; // who waits for another sleeps
      const roles = ["server", "fetcher", "notifier", "cli"];
      await Promise.all(roles.map((role) => world.bell("certs", "revoke", role)));
      const lines = readFileSync(file("revoked.txt"), "utf8").split("\n");
      expect(lines.filter((line) => /^[0-9A-F]{32} /.test(line))).to.have.length(4);
    });

    it("names the folder that cannot be written to", async () => {
      mkdirSync(join(world.folder, "plain"));
      writeFileSync(join(world.folder, "plain", "certs"), "");
      const { exitCode, errors } = await world.bell(
        "certs",
        "revoke",
        "ABC",
        "--certs",
        join(world.folder, "plain", "certs"),
      );
      expect(exitCode).to.equal(78);
      expect(errors)
        .to.match(/plain.certs cannot be written to/)
        .and.include("--certs FOLDER");
    });
  });
});
