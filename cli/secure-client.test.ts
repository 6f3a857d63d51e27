import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { serverCredentials } from "../runtime/tls/server-credentials.ts";
import { loadCredentialFiles } from "../runtime/tls/credential-files.ts";
import { issueCertificates } from "../scripts/certs/issue-certificates.ts";
import { credentialPaths } from "../runtime/tls/credential-paths.ts";
import { openSecureClient } from "./secure-client.ts";
import { FakeServer } from "./testing/fake-server.ts";
import { sampleQuote } from "./testing/samples.ts";
import { World } from "./testing/world.ts";

const DAY_MS = 86_400_000;

describe("bell over mutual TLS", () => {
  let folder: string;
  let certs: string;
  let foreign: string;
  let server: FakeServer;
  let world: World;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "bell tls "));
    certs = join(folder, "certs");
    foreign = join(folder, "foreign");
    await issueCertificates({ folder: certs, now: Date.now() });
    await issueCertificates({ folder: foreign, now: Date.now() });
    const files = loadCredentialFiles(credentialPaths(certs, "server"), { expectedRole: "server", now: Date.now() });
    server = await FakeServer.start({ GetQuote: () => sampleQuote() }, serverCredentials(files));
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    world = await World.open();
    world.openClient = openSecureClient;
    world.environment["BELL_CERTS_DIR"] = certs;
  });
  afterEach(() => world.close());
  const get = (...words: string[]) => world.bell("quotes", "get", "AAPL", "--server", server.address, ...words);

  it("shows the cli's certificate, or the operator's", async () => {
    expect((await get()).exitCode).to.equal(0);
    expect((await get("--as", "operator")).exitCode).to.equal(0);
  });

  it("names the files that are missing and the command that makes them", async () => {
    const { exitCode, errors } = await get("--certs", join(folder, "nothing"));
    expect(exitCode).to.equal(78);
    expect(errors).to.include("nothing/cli.crt is missing").and.include("make certs");
  });

  it("names the file of another authority", async () => {
    const mixed = join(folder, "mixed");
    await issueCertificates({ folder: mixed, now: Date.now() });
    copyFileSync(join(certs, "cli.crt"), join(mixed, "cli.crt"));
    const { exitCode, errors } = await get("--certs", mixed);
    expect(exitCode).to.equal(78);
    expect(errors).to.include("mixed/cli.crt was issued by another authority");
  });

  it("says that the server is another authority's", async () => {
    const { exitCode, errors } = await get("--certs", foreign);
    expect(exitCode).to.equal(78);
    expect(errors).to.include(`the certificate of ${server.address} was issued by another authority`);
  });

  it("names a certificate that has expired, by this machine's clock", async () => {
    const now = Date.now() + 91 * DAY_MS;
    world.clock = { ...world.clock, now: () => now };
    const { exitCode, errors } = await get();
    expect(exitCode).to.equal(78);
    expect(errors).to.include("cli.crt expired on");
  });

  it("refuses a key that others may read", async () => {
    const open = join(folder, "open");
    await issueCertificates({ folder: open, now: Date.now() });
    chmodSync(join(open, "cli.key"), 0o644);
    const { exitCode, errors } = await get("--certs", open);
    expect(exitCode).to.equal(78);
    expect(errors).to.include("mode 0644").and.include("chmod 600");
  });

  it("names a file that holds no certificate", async () => {
    const broken = join(folder, "broken");
    await issueCertificates({ folder: broken, now: Date.now() });
    writeFileSync(join(broken, "cli.crt"), "nothing");
    const { exitCode, errors } = await get("--certs", broken);
    expect(exitCode).to.equal(78);
    expect(errors).to.include("broken/cli.crt holds no certificate in PEM");
  });

  it("says which address nobody listens at", async () => {
    const { exitCode, errors } = await world.bell("quotes", "list", "--server", "localhost:1");
    expect(exitCode).to.equal(69);
    expect(errors).to.include("nobody listens at localhost:1").and.include("./bell up; ./bell doctor looks further");
  });
});
