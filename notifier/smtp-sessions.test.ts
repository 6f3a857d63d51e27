import { expect } from "chai";
import { OutcomeKind } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { composeMail } from "./compose-mail.ts";
import { sendMail } from "./send-mail.ts";
import { SmtpSessions } from "./smtp-sessions.ts";
import { SMTP_TIMEOUTS } from "./smtp-settings.ts";
import { sampleDelivery } from "./testing/sample-delivery.ts";
import { ScriptedSmtpServer } from "./testing/scripted-smtp-server.ts";

const NEVER = new AbortController().signal;

describe("SmtpSessions", () => {
  let server: ScriptedSmtpServer;
  let sessions: SmtpSessions;

  beforeEach(async () => {
    server = await new ScriptedSmtpServer().start();
    const settings = { host: "127.0.0.1", port: server.port, security: "loopback", login: null } as const;
    sessions = new SmtpSessions({ ...settings, timeouts: SMTP_TIMEOUTS });
  });
  afterEach(async () => {
    sessions.close();
    await server.stop();
  });

  async function send(begins = true): Promise<OutcomeKind | null> {
    const mail = composeMail(sampleDelivery(), { name: "", address: "bell@example.com" });
    const result = await sendMail(mail, sessions, { signal: NEVER, mayBegin: () => Promise.resolve(begins) });
    return result?.kind ?? null;
  }

  it("sends one mail after the other in one session", async () => {
    for (let count = 0; count < 5; count += 1) expect(await send()).to.equal(OutcomeKind.TAKEN);
    expect(server.sessions).to.equal(1);
    expect(server.contents).to.have.length(5);
  });

  it("has as many sessions as mails at the same time", async () => {
    await Promise.all([send(), send(), send()]);
    await Promise.all([send(), send()]);
    expect(server.sessions).to.equal(3);
  });

  it("makes a new session after 250 mails", async () => {
    for (let count = 0; count < 251; count += 1) await send();
    expect(server.sessions).to.equal(2);
  });

  it("has the next session ready before the old one has carried its share, so that no mail waits for a greeting", async () => {
    for (let count = 0; count < 200; count += 1) await send();
    await server.reached("ehlo"); // and nobody sends anything
    server.follow({ acts: { greeting: "hang" } });
    for (let count = 0; count < 51; count += 1) expect(await send()).to.equal(OutcomeKind.TAKEN);
    expect(server.sessions).to.equal(2);
  });

  it("uses a session to its end where the mail server will not have another one", async () => {
    for (let count = 0; count < 199; count += 1) await send();
    server.follow({ acts: { greeting: { reply: "421 too many" } } });
    for (let count = 0; count < 51; count += 1) expect(await send()).to.equal(OutcomeKind.TAKEN);
    expect(server.sessions).to.equal(2);
  });

  it("makes a new session where the mail server ended the old one, and no mail is the worse for it", async () => {
    await send();
    await server.dropSessions();
    expect(await send()).to.equal(OutcomeKind.TAKEN);
    expect(server.sessions).to.equal(2);
  });

  it("makes a new session where the old one no longer answers as it should", async () => {
    await send();
    server.follow({ acts: { reset: { reply: "421 too long" } } });
    expect(await send()).to.equal(OutcomeKind.TAKEN);
    expect(server.sessions).to.equal(2);
  });

  it("does not go on in a session in which a mail failed", async () => {
    server.follow({ acts: { rcpt: { reply: "550 5.1.1 unknown" } } });
    expect(await send()).to.equal(OutcomeKind.ADDRESS_REFUSED);
    server.follow({});
    expect(await send()).to.equal(OutcomeKind.TAKEN);
    expect(server.sessions).to.equal(2);
  });

  it("keeps a session whose mail was withdrawn", async () => {
    expect(await send(false)).to.equal(null);
    expect(await send()).to.equal(OutcomeKind.TAKEN);
    expect(server.sessions).to.equal(1);
  });

  it("probes without MAIL FROM", async () => {
    await sessions.probe(NEVER);
    expect(server.sessions).to.equal(1);
    expect(server.recipients).to.deep.equal([]);
  });

  it("leaves with QUIT when it is closed", async () => {
    await send();
    const left = server.reached("quit");
    sessions.close();
    await left;
  });
});
