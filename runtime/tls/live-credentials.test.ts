import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import { leafExtensions } from "../../scripts/certs/certificate-profile.ts";
import { issueTestCertificates, type TestCertificates } from "../../scripts/certs/test-certificates.ts";
import { FakeClock } from "../clock/fake-clock.ts";
import { createLog } from "../log/log.ts";
import { loadCredentialFiles, type CredentialPaths } from "./credential-files.ts";
import { credentialPaths } from "./credential-paths.ts";
import { LiveCredentials, LOOK_EVERY_MS } from "./live-credentials.ts";
import { serverCredentials } from "./server-credentials.ts";
import { startTestServer, TestClient, type TestServer } from "./test-server.ts";

describe("LiveCredentials", () => {
  const now = Date.now();
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-live-"));
  let certificates: TestCertificates;
  let other: TestCertificates;
  let nextServer: CredentialPaths;
  let nextCli: CredentialPaths;
  let copy: string;
  let clock: FakeClock;
  let lines: { level: number; msg: string }[];
  const opened: { close(): void }[] = [];
  before(async () => {
    certificates = await issueTestCertificates(join(folder, "model"), now);
    other = await issueTestCertificates(join(folder, "other"), now);
    nextServer = await certificates.filesWith("server", leafExtensions(["URI:spiffe://tickerbell/server/next", "DNS:localhost"], "serverAuth")); // prettier-ignore
    nextCli = await certificates.filesWith("cli", leafExtensions(["URI:spiffe://tickerbell/cli/next"], "clientAuth"));
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => {
    copy = mkdtempSync(join(folder, "copy-"));
    clock = new FakeClock(now);
    lines = [];
    for (const role of ["server", "cli"] as const) put(role, certificates.files(role));
  });
  afterEach(() => opened.splice(0).forEach((one) => one.close()));

  function put(role: "server" | "cli", { caFile, certFile, keyFile }: CredentialPaths): void {
    const paths = credentialPaths(copy, role);
    copyFileSync(caFile, paths.caFile);
    copyFileSync(certFile, paths.certFile);
    copyFileSync(keyFile, paths.keyFile);
  }

  function open(role: "server" | "cli"): LiveCredentials {
    const write = (line: string): void => void lines.push(JSON.parse(line) as (typeof lines)[number]);
    const log = createLog("test", "info", { write });
    const live = LiveCredentials.open(credentialPaths(copy, role), role, { clock, log });
    live.watch();
    opened.push(live);
    return live;
  }

  const revoke = (...serials: string[]): void =>
    writeFileSync(join(copy, "revoked.txt"), serials.map((serial) => `${serial} 2026-11-20 stolen\n`).join(""));
  const serialOf = (role: "server" | "cli"): string =>
    loadCredentialFiles(certificates.files(role), { expectedRole: role, now }).serial;

  async function pass(ms = LOOK_EVERY_MS): Promise<void> {
    clock.advance(ms);
    await setImmediate();
  }

  async function serve(live: LiveCredentials): Promise<TestServer> {
    const credentials = serverCredentials(live.current);
    live.onReplaced((files) => credentials.replace(files));
    const server = await startTestServer(credentials);
    opened.push(server);
    return server;
  }

  function call(server: TestServer, live: LiveCredentials): TestClient {
    const client = new TestClient(`localhost:${server.port}`, live);
    opened.push(client);
    return client;
  }

  /** Which certificate the server shows now, as its clients see it. */
  async function shown(server: TestServer, live: LiveCredentials): Promise<string> {
    const seen: string[] = [];
    const spy = { current: live.current, look: () => undefined, guard: () => undefined };
    const faultOf = ({ serialNumber }: { serialNumber: string }) => (seen.push(serialNumber), null);
    const client = new TestClient(`localhost:${server.port}`, { ...spy, faultOf });
    await client.ask().finally(() => client.close());
    return seen.join();
  }

  it("refuses to open with a list of revoked certificates that is bad", () => {
    writeFileSync(join(copy, "revoked.txt"), "hello\n");
    const refusal = () => open("server");
    expect(refusal).to.throw(AppError, /revoked.txt has a bad line 1/);
    expect(refusal).to.throw().with.property("reason", "TLS_SETUP");
  });

  it("refuses to open with a certificate that was revoked", () => {
    revoke(serialOf("server"));
    expect(() => open("server")).to.throw(AppError, /server.crt was revoked on 2026-11-20 00:00 UTC: stolen/);
  });

  it("shows a renewed server's certificate to whoever connects from then on, without a restart", async () => {
    const live = open("server");
    const server = await serve(live);
    const cli = open("cli");
    const client = call(server, cli);
    await client.ask();
    const before = await shown(server, cli);
    put("server", nextServer);
    await pass();
    expect(await shown(server, cli)).to.not.equal(before);
    expect(await client.ask()).to.equal("spiffe://tickerbell/cli/local"); // on the connection that was open
    expect(lines[0]?.msg).to.equal("new certificate files are in use");
  });

  it("shows a renewed client's certificate on the next connection, also before the files are looked at by themselves", async () => {
    const server = await serve(open("server"));
    const live = open("cli");
    const client = call(server, live);
    expect(await client.ask()).to.equal("spiffe://tickerbell/cli/local");
    put("cli", nextCli);
    expect(await call(server, live).ask()).to.equal("spiffe://tickerbell/cli/next");
    expect(await client.ask()).to.equal("spiffe://tickerbell/cli/local"); // the connection that is open goes on
  });

  it("goes on with the old pair while the new one does not fit, on both sides, and says so once", async () => {
    const live = open("server");
    const server = await serve(live);
    const cli = open("cli");
    copyFileSync(nextServer.keyFile, credentialPaths(copy, "server").keyFile);
    copyFileSync(nextCli.certFile, credentialPaths(copy, "cli").certFile);
    for (let look = 0; look < 5; look += 1) await pass();
    expect(await call(server, cli).ask()).to.equal("spiffe://tickerbell/cli/local");
    expect(lines.map(({ level, msg }) => `${level} ${msg}`)).to.deep.equal(
      Array(2).fill("50 the new certificate or key does not do, the old one stays in use"),
    );
  });

  it("trusts old and new authority as long as both are in the file, and then the new one alone", async () => {
    const server = await serve(open("server"));
    const both = [other, certificates].map((one) => readFileSync(one.files("cli").caFile, "utf8")).join("");
    const caFile = credentialPaths(copy, "server").caFile;
    const oldCli = certificates.files("cli");
    const ask = (paths: CredentialPaths, ca: string): Promise<string> => {
      const files = loadCredentialFiles(paths, { expectedRole: "cli", now });
      const client = new TestClient(`localhost:${server.port}`, { ...files, ca: Buffer.from(ca) });
      return client.ask().finally(() => client.close());
    };
    await failureOf(ask(other.files("cli"), both));
    writeFileSync(caFile, both);
    await pass();
    await ask(oldCli, both);
    await ask(other.files("cli"), both);
    put("server", other.files("server"));
    await pass();
    await ask(other.files("cli"), readFileSync(other.files("cli").caFile, "utf8"));
    await failureOf(ask(oldCli, both));
  });

  it("names a peer that was revoked, from two seconds after the list was written, whatever the spelling", async () => {
    const live = open("server");
    const certificate = { serialNumber: "0A:BC", valid_to: "Jan  1 00:00:00 2030 GMT" };
    expect(live.faultOf(certificate)).to.equal(null);
    revoke("abc");
    await pass();
    const fault = live.faultOf(certificate);
    expect([fault?.code, fault?.reason]).to.deep.equal(["UNAUTHENTICATED", "CERTIFICATE_REVOKED"]);
    expect(fault?.message).to.match(/ABC was revoked on 2026-11-20 00:00 UTC: stolen/);
  });

  it("keeps whom it has shut out when the list goes bad, and says so once", async () => {
    const live = open("server");
    const certificate = { serialNumber: "ABC", valid_to: "Jan  1 00:00:00 2030 GMT" };
    revoke("ABC");
    await pass();
    writeFileSync(join(copy, "revoked.txt"), "ABC 20");
    for (let look = 0; look < 5; look += 1) await pass();
    expect(live.faultOf(certificate)?.reason).to.equal("CERTIFICATE_REVOKED");
    expect(lines.filter(({ level }) => level === 50).map(({ msg }) => msg)).to.deep.equal([
      "the list of revoked certificates has a bad line 1: after the serial number comes a date such as 2026-11-20 or 2026-11-20T15:00:00Z; the last good one stays in force",
    ]);
  });

  it("names a peer whose life has ended, although the handshake was good", () => {
    const live = open("server");
    const certificate = { serialNumber: "ABC", valid_to: new Date(now + MINUTE_MS).toUTCString() };
    expect(live.faultOf(certificate)).to.equal(null);
    clock.advance(MINUTE_MS + 1_000);
    expect(live.faultOf(certificate)?.reason).to.equal("CERTIFICATE_EXPIRED");
  });

  for (const [what, end] of [
    ["was revoked", () => revoke(serialOf("server"))],
    ["has come to its end", () => clock.advance(91 * DAY_MS)],
  ] as const) {
    it(`cuts a connection to a server whose certificate ${what}, and makes no other`, async () => {
      const server = await serve(open("server"));
      const client = call(server, open("cli"));
      await client.ask();
      end();
      await pass();
      const failure = await failureOf(client.ask());
      expect(failure.code).to.equal(14);
      expect(failure.details).to.match(what === "was revoked" ? /was revoked|connection/i : /expired|connection/i);
      expect(lines.some(({ msg }) => /^a connection is cut: the certificate/.test(msg))).to.equal(true);
    });
  }

  it("says once that its own certificate was revoked, and tells of its end in time", async () => {
    open("cli");
    revoke(serialOf("cli"));
    await pass();
    await pass();
    expect(lines.filter(({ msg }) => msg === "this process's own certificate is revoked")).to.have.length(1);
    await pass(61 * DAY_MS);
    expect(lines.at(-1)?.msg).to.match(/cli.crt ends on .*, in 2\d days: make certs$/);
  });

  it("looks no more once it is closed", async () => {
    const live = open("cli");
    live.close();
    await setImmediate();
    expect(clock.sleeping).to.equal(0);
    put("cli", nextCli);
    await pass();
    expect(live.current.peer.name).to.equal("local");
  });
});

async function failureOf(answer: Promise<string>): Promise<{ code: number; details: string }> {
  const who = await answer.catch((error: unknown) => error as { code: number; details: string });
  return typeof who === "string" ? expect.fail(`taken as ${who}`) : who;
}
