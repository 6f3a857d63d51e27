import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { expect } from "chai";
import { OutcomeKind } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { issueTestCertificates } from "../scripts/certs/test-certificates.ts";
import { composeMail } from "./compose-mail.ts";
import { sendMail, type SendResult } from "./send-mail.ts";
import { SmtpSessions } from "./smtp-sessions.ts";
import { SMTP_TIMEOUTS, type SmtpSettings } from "./smtp-settings.ts";
import { MailReceiver } from "./testing/mail-receiver.ts";
import { sampleDelivery } from "./testing/sample-delivery.ts";

describe("SmtpSession over TLS", () => {
  const trusted = getCACertificates("default");
  let folder: string;
  let ca: string;
  let receiver: MailReceiver;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "smtp-session-"));
    const { caFile, certFile, keyFile } = (await issueTestCertificates(folder)).files("server");
    ca = readFileSync(caFile, "utf8");
    const tls = { key: readFileSync(keyFile), cert: readFileSync(certFile) };
    receiver = await new MailReceiver(tls).start();
  });
  after(async () => {
    await receiver.stop();
    rmSync(folder, { recursive: true });
  });
  afterEach(() => setDefaultCACertificates(trusted));

  async function send(changes: Partial<SmtpSettings>): Promise<SendResult> {
    const mail = composeMail(sampleDelivery(), { name: "", address: "bell@example.com" });
    const base = { host: "127.0.0.1", port: receiver.port, login: null, timeouts: SMTP_TIMEOUTS };
    const options = { signal: new AbortController().signal, mayBegin: () => Promise.resolve(true) };
    const sessions = new SmtpSessions({ ...base, security: "starttls", ...changes });
    const result = await sendMail(mail, sessions, options);
    sessions.close();
    return result!;
  }

  it("sends over STARTTLS to a server whose authority the system trusts", async () => {
    setDefaultCACertificates([...trusted, ca]);
    const before = receiver.secured;
    expect((await send({})).kind).to.equal(OutcomeKind.TAKEN);
    expect(receiver.secured).to.equal(before + 1);
  });

  it("sends nothing to a server whose authority it does not trust", async () => {
    const count = receiver.mails.length;
    expect(await send({})).to.include({ kind: OutcomeKind.SERVER_TROUBLE, duringSetup: true });
    expect(receiver.mails).to.have.length(count);
  });

  it("encrypts on loopback too where it is offered, whoever made the certificate", async () => {
    const before = receiver.secured;
    expect((await send({ security: "loopback" })).kind).to.equal(OutcomeKind.TAKEN);
    expect(receiver.secured).to.equal(before + 1);
  });
});
