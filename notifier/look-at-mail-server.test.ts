import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import type { AddressInfo } from "node:net";
import type { AppError } from "../domain/error.ts";
import { freePorts } from "../test/support/free-ports.ts";
import { sharedCertificates } from "../test/support/shared-certificates.ts";
import { lookAtMailServer, type MailServerLook } from "./look-at-mail-server.ts";
import { ScriptedSmtpServer } from "./testing/scripted-smtp-server.ts";

const PASSWORD = "CANARY-1234567890";
/** Takes one log-in, and one mail at least if it came to that. */
const TAKES_US: SMTPServerOptions = {
  onAuth: ({ username, password }, _session, done) => {
    if (username === "ann" && password === PASSWORD) done(null, { user: "ann" });
    else done(new Error(`535 not with ${password ?? ""}`));
  },
};

describe("lookAtMailServer()", function () {
  let folder: string;
  let passwordFile: string;
  let server: SMTPServer | ScriptedSmtpServer | null = null;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-look-"));
    passwordFile = join(folder, "password");
    writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  });
  afterEach(async () => {
    const running = server;
    server = null;
    if (running instanceof SMTPServer) await new Promise((resolve) => running.close(() => resolve(undefined)));
    else await running?.stop();
    rmSync(folder, { recursive: true });
  });

  async function start(options: SMTPServerOptions): Promise<string> {
    const { certFile, keyFile } = (await sharedCertificates()).files("server");
    const tls = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
    const started = new SMTPServer({ ...tls, authOptional: true, ...options });
    started.on("error", () => undefined);
    server = started;
    await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(started.server.address() as AddressInfo).port}`;
  }

  async function script(...acts: ConstructorParameters<typeof ScriptedSmtpServer>): Promise<string> {
    const started = await new ScriptedSmtpServer(...acts).start();
    server = started;
    return `127.0.0.1:${started.port}`;
  }

  const look = (environment: Record<string, string>, signal = new AbortController().signal): Promise<MailServerLook> =>
    lookAtMailServer(environment, signal);
  const logIn = () => ({ BELL_SMTP_USER: "ann", BELL_SMTP_PASSWORD_FILE: passwordFile });

  it("finds that a mail could be sent, and sends none", async () => {
    let mails = 0;
    const onMailFrom: SMTPServerOptions["onMailFrom"] = (_address, _session, done) => {
      mails += 1;
      done();
    };
    const BELL_SMTP = await start({ ...TAKES_US, onMailFrom });
    const found = await look({ BELL_SMTP });
    expect(found).to.include({
      fault: null,
      isEncrypted: false,
      hasLogIn: false,
      warning: null,
      from: "bell@localhost",
    });
    expect(found.tlsVersion).to.equal("TLSv1.3");
    expect(await look({ BELL_SMTP, ...logIn() })).to.include({ fault: null, hasLogIn: true });
    expect(mails).to.equal(0);
  });

  it("finds that nothing is encrypted where nothing need be", async () => {
    const found = await look({ BELL_SMTP: await start({ disabledCommands: ["STARTTLS"] }) });
    expect(found).to.include({ fault: null, isEncrypted: false, tlsVersion: null });
  });

  it("finds a log-in that is refused, and never tells the password, though the server does", async () => {
    writeFileSync(passwordFile, `${PASSWORD}x\n`);
    const found = await look({ BELL_SMTP: await start(TAKES_US), ...logIn() });
    expect(found.fault?.kind).to.equal("log-in");
    expect(found.fault?.text).to.include("535").and.not.include(PASSWORD);
  });

  it("finds a log-in that is not offered", async () => {
    const found = await look({ BELL_SMTP: await start({ disabledCommands: ["AUTH"] }), ...logIn() });
    expect(found.fault).to.deep.equal({ kind: "log-in", text: "the mail server offers no log-in" });
  });

  describe("where mail leaves this machine", () => {
    /** Means this machine to the system, and any machine to us. */
    const farAway = async (options: SMTPServerOptions) => (await start(options)).replace("127.0.0.1", "0.0.0.0");

    it("finds that no encryption is offered", async () => {
      const found = await look({ BELL_SMTP: await farAway({ disabledCommands: ["STARTTLS"] }) });
      expect(found).to.include({ isEncrypted: true, host: "0.0.0.0" });
      expect(found.fault?.kind).to.equal("tls");
    });

    it("finds that nobody here believes the certificate", async () => {
      const found = await look({ BELL_SMTP: await farAway({}) });
      expect(found.fault?.kind).to.equal("tls");
      expect(found.fault?.text).to.match(/certificate/i);
    });

    it("tells of a sender that nobody there can answer", async () => {
      const BELL_SMTP = await farAway({});
      expect((await look({ BELL_SMTP })).warning).to.include("BELL_MAIL_FROM");
      expect((await look({ BELL_SMTP, BELL_MAIL_FROM: "bell@example.com" })).warning).to.equal(null);
    });
  });

  it("finds that nobody listens", async () => {
    const [port = 0] = await freePorts(1);
    expect((await look({ BELL_SMTP: `127.0.0.1:${port}` })).fault?.kind).to.equal("refused");
  });

  it("finds one that takes nobody", async () => {
    const found = await look({ BELL_SMTP: await script({ acts: { greeting: { reply: "554 go away" } } }) });
    expect(found.fault).to.include({ kind: "other" });
    expect(found.fault?.text).to.include("554 go away");
  });

  it("gives up on one that says nothing when it is told to", async () => {
    const address = await script({ acts: { greeting: "hang" } });
    const stop = new AbortController();
    const reached = (server as ScriptedSmtpServer).reached("greeting");
    const found = look({ BELL_SMTP: address }, stop.signal);
    await reached;
    stop.abort(new Error("too late"));
    expect((await found).fault).to.deep.equal({ kind: "silent", text: "too late" });
  });

  it("rejects for settings that cannot be read", async () => {
    const error = (await look({ BELL_SMTP: "nowhere" }).catch((reason: unknown) => reason)) as AppError;
    expect(error.reason).to.equal("CONFIG_INVALID");
  });
});
