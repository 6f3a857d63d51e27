// The promise: one command finds what keeps an installation from working, and names what mends it.
import { expect } from "chai";
import { chmodSync, cpSync, mkdtempSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../cli/doctor/finding.ts";
import { startTestServer } from "../runtime/tls/test-server.ts";
import {
  issueTestCertificates,
  type CertificateFault,
  type TestCertificates,
} from "../scripts/certs/test-certificates.ts";
import { openStoreDatabase } from "../server/sqlite/sqlite-store.ts";
import { eventually } from "./support/eventually.ts";
import { freePorts } from "./support/free-ports.ts";
import { sharedCertificates, uncheckedFiles } from "./support/shared-certificates.ts";
import { World } from "./support/world.ts";

describe("bell doctor", () => {
  let certificates: TestCertificates;
  let world: World;
  before(async () => {
    certificates = await sharedCertificates();
    world = await World.open();
    for (const name of ["mailbox", "simulator", "server", "notifier", "fetcher"] as const) await world.start(name);
  });
  after(() => world.close());

  const look = async (words: readonly string[] = [], settings = {}): Promise<Finding[]> => {
    const { output, complaints } = await world.type(["doctor", "--json", ...words], { settings });
    expect(complaints).to.equal("");
    return JSON.parse(output) as Finding[];
  };
  const one = (findings: readonly Finding[], name: string) => findings.find((finding) => finding.name === name);

  /** A copy of the sound folder, to be spoilt. */
  function folderOf(): string {
    const folder = mkdtempSync(join(world.folder, "certs-"));
    for (const name of ["ca.crt", "ca.key", "server.crt", "server.key", "cli.crt", "cli.key"]) {
      cpSync(join(certificates.folder, name), join(folder, name));
    }
    return folder;
  }

  it("finds nothing wrong while nothing is, in a process of its own", async () => {
    await world.signUp("ann@example.com");
    let last = "";
    await eventually(
      () => `all to be well; it is ${last}`,
      async () => {
        last = (await world.type(["doctor"])).output; // a process that has just started may still be missed
        return last.includes("All is well");
      },
    );
    const { code, output, complaints } = await world.bell(["doctor"]);
    expect(complaints).to.equal("");
    expect(output).to.match(/\nAll is well: \d+ checks\.\n$/);
    expect(code).to.equal(0);
  });

  it("finds that the mailbox takes mail", async () => {
    const smtp = world.known.get("mailbox")?.["smtp"] ?? "";
    const found = one(await look(["--mail"], { BELL_SMTP: smtp }), "mail server");
    expect(found).to.include({ state: "ok", message: `${smtp} would take mail, in the clear, on this machine` });
  });

  describe("of bell's own files", () => {
    const faults: readonly (readonly [CertificateFault, RegExp])[] = [
      ["another-ca", /cli\.crt was issued by another authority/],
      ["expired", /cli\.crt expired on/],
      ["wrong-role", /cli\.crt is for the role fetcher, but cli is needed here/],
      ["two-uris", /cli\.crt proves no identity here/],
    ];
    for (const [fault, words] of faults) {
      it(`names the fault ${fault}, that the server is there, and the mend, which mends it`, async () => {
        const folder = folderOf();
        const bad = await certificates.badFiles("cli", fault);
        cpSync(bad.certFile, join(folder, "cli.crt"));
        cpSync(bad.keyFile, join(folder, "cli.key"));
        const found = await look(["--certs", folder]);
        expect(one(found, "certificate cli")).to.include({ state: "fail", hint: "make certs" });
        expect(one(found, "certificate cli")?.message).to.match(words);
        expect(one(found, "server")?.message).to.include("is there, but cannot be asked");
        await world.does(["certs", "--certs", folder]);
        expect(one(await look(["--certs", folder]), "server")).to.include({ state: "ok" });
      });
    }

    it("names a key that others may read", async () => {
      const folder = folderOf();
      chmodSync(join(folder, "cli.key"), 0o640);
      const found = one(await look(["--certs", folder]), "certificate cli");
      expect(found?.hint).to.equal(`chmod 600 ${join(folder, "cli.key")}`);
    });
  });

  describe("of the server's certificate", () => {
    const faults: readonly (readonly [CertificateFault, RegExp])[] = [
      ["another-ca", /the certificate of localhost:\d+ was issued by another authority than/],
      ["expired", /the certificate of localhost:\d+ expired on/],
      ["wrong-host", /the certificate of localhost:\d+ is for other hosts \(.*example\.com\)/],
      ["wrong-role", /the certificate of localhost:\d+ is for the role fetcher, but server is needed/],
    ];
    for (const [fault, words] of faults) {
      it(`names the fault ${fault}, and the mend`, async () => {
        const bad = await startTestServer(uncheckedFiles(await certificates.badFiles("server", fault)));
        const found = one(await look(["--server", `localhost:${bad.port}`]), "server");
        bad.close();
        expect(found).to.include({ state: "fail" });
        expect(found?.message).to.match(words);
        expect(found?.hint).to.include("make certs");
      });
    }

    it("names a server that trusts another authority than ours", async () => {
      const other = await issueTestCertificates(mkdtempSync(join(world.folder, "other-")));
      const { certFile, keyFile } = certificates.files("server");
      const odd = await startTestServer(uncheckedFiles({ certFile, keyFile, caFile: other.files("server").caFile }));
      const found = one(await look(["--server", `localhost:${odd.port}`]), "server");
      odd.close();
      expect(found?.message).to.match(/refuses .*cli\.crt, although it is sound/);
    });
  });

  describe("when the server is gone", () => {
    before(() => openStoreDatabase(join(world.folder, "other", "tickerbell.db")).close());
    const gone = async () => {
      const [port = 0] = await freePorts(1);
      const listen = `127.0.0.1:${port}`;
      const smtp = world.known.get("mailbox")?.["smtp"] ?? "";
      const settings = { BELL_LISTEN: listen, BELL_SERVER: listen, BELL_SMTP: smtp };
      return { ...settings, BELL_DATA_DIR: join(world.folder, "other") };
    };

    it("says so, and what can be seen of its port, its files and the mail server", async () => {
      const settings = await gone();
      const found = await look([], settings);
      expect(one(found, "server")).to.include({ state: "fail", message: `nobody listens at ${settings.BELL_SERVER}` });
      expect(one(found, `port ${settings.BELL_LISTEN.split(":")[1]}`)).to.include({ state: "ok" });
      expect(one(found, "database")).to.include({ state: "ok" });
      expect(one(found, "database")?.message).to.include(join(world.folder, "other", "tickerbell.db"));
      expect(one(found, "data folder")).to.include({ state: "ok" });
      expect(one(found, "mail server")).to.include({ state: "ok" });
    });

    it("finds a program that has its port", async () => {
      const smtp = world.known.get("mailbox")?.["smtp"] ?? "";
      const found = await look([], { ...(await gone()), BELL_LISTEN: smtp });
      expect(one(found, `port ${smtp.split(":")[1]}`)?.message).to.include("another program listens");
    });

    it("finds that its database is cut off, and leaves it as it is", async () => {
      const file = join(world.folder, "other", "tickerbell.db");
      truncateSync(file, 4_096 * 3);
      const before = readFileSync(file);
      expect(one(await look([], await gone()), "database")?.message).to.include("is cut off");
      expect(readFileSync(file).equals(before)).to.equal(true);
    });
  });
});
