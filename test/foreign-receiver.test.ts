// The promise: a mail server of another make takes our mail over TLS and after a log-in, and somebody else's reader finds in it what we meant.
import { expect } from "chai";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { AlertServiceService, CreateAlertRequest } from "../proto/gen/tickerbell/v1/alert_service.ts";
import { QuoteServiceClient } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { leafExtensions } from "../scripts/certs/certificate-profile.ts";
import { exampleTick } from "./examples.ts";
import { BellProcess } from "./support/bell-process.ts";
import { eventually } from "./support/eventually.ts";
import { QuoteSender } from "./support/quote-sender.ts";
import { sharedCertificates } from "./support/shared-certificates.ts";
import { startTestServer, type SignedUp, type TestServer } from "./support/test-server.ts";

const PYTHON = "/usr/bin/python3";
/** This machine, by an address that is not taken for it: the certificate counts. */
const HOST = "0.0.0.0";
const [USER, PASSWORD] = ["bell", "a password of the mail server's"];
const EMAIL = "ann@example.com";
const NOTE = "sell half, the café's <b>best</b> — ünïcode & more";

interface Part {
  readonly type: string;
  readonly id: string | null;
  readonly defects: readonly string[];
  /** Of text: all of it; of HTML: what a reader sees. */
  readonly text?: string;
  /** Of HTML: what it fetches. */
  readonly sources?: readonly string[];
  /** Of anything else: its first bytes. */
  readonly begin?: string;
}

/** What Python makes of a mail. */
interface ForeignMail {
  readonly size: number;
  readonly defects: readonly string[];
  readonly headers: readonly string[];
  readonly subject: string;
  readonly to: readonly string[];
  readonly messageId: string;
  readonly date: string;
  readonly kinds: readonly string[];
  readonly bestText: string;
  readonly bestHtml: string;
  readonly parts: readonly Part[];
  readonly from: string;
  readonly recipients: readonly string[];
  readonly tls: string | null;
  readonly user: string | null;
}

describe("a mail server of another make", () => {
  if (spawnSync(PYTHON, ["-c", "import aiosmtpd"], { stdio: "ignore" }).status !== 0) {
    it("skipped: no python3-aiosmtpd");
    return;
  }
  const mails: ForeignMail[] = [];
  let receiver: ChildProcess;
  let port = 0;
  let server: TestServer;
  let user: SignedUp;
  let notifier: BellProcess | undefined;
  let caFile = "";
  let mail: ForeignMail;
  let html: Part;
  let text: Part;

  before(async () => {
    const certificates = await sharedCertificates();
    const files = await certificates.filesWith("server", leafExtensions([`IP:${HOST}`], "serverAuth"));
    caFile = files.caFile;
    const script = join(import.meta.dirname, "support/foreign-receiver.py");
    receiver = spawn(PYTHON, [script, files.certFile, files.keyFile, USER, PASSWORD]);
    createInterface({ input: receiver.stdout! }).on("line", (line) => {
      const said = JSON.parse(line) as { port?: number; mail?: ForeignMail };
      port = said.port ?? port;
      if (said.mail !== undefined) mails.push(said.mail);
    });
    server = await startTestServer();
    user = await server.signUp(EMAIL);
    await fire();
    await eventually("the mail server listens", () => port !== 0);
  });
  afterEach(() => notifier?.stop());
  after(async () => {
    receiver.kill();
    await Promise.all([receiver.exitCode ?? once(receiver, "exit"), server.close()]);
  });

  async function fire(): Promise<void> {
    const { token } = user;
    const request = CreateAlertRequest.fromPartial({ text: "AAPL above 200", alert: { note: NOTE } });
    await server.ask(AlertServiceService.createAlert, request, { token });
    const sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    for (const [at, price] of [190, 201.25].entries()) {
      const now = Date.now() + at;
      await sender.send([exampleTick(0, price, { quoteTimeMs: now, fetchTimeMs: now })]);
    }
    sender.end();
  }

  /** The notifier as its own process, with a password and whom it trusts besides the system's authorities. */
  function startNotifier(password: string, trusted: string | undefined): BellProcess {
    const passwordFile = join(server.folder, "smtp-password");
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith("BELL_"));
    notifier = new BellProcess(["notifier"], {
      ...Object.fromEntries(others),
      BELL_SERVER: server.address,
      BELL_CERTS_DIR: join(caFile, ".."),
      BELL_SMTP: `${HOST}:${port}`,
      BELL_SMTP_USER: USER,
      BELL_SMTP_PASSWORD_FILE: passwordFile,
      BELL_MAIL_FROM: "Tickerbell <bell@example.com>",
      BELL_NOTIFIER_PLACES: "1", // nothing else is under way when it has said that the mail server is in trouble
      NODE_EXTRA_CA_CERTS: trusted,
    });
    return notifier;
  }

  it("gets nothing as long as we do not know its certificate's authority", async () => {
    const line = await startNotifier(PASSWORD, undefined).line(/the mail server is in trouble/);
    expect(line).to.match(/certificate|self-signed|issuer/);
    expect(mails).to.be.empty;
  });

  it("gets nothing with a password that is not its own, and says so", async () => {
    const line = await startNotifier("another", caFile).line(/the mail server is in trouble/);
    expect(line).to.include("535");
    expect(mails).to.be.empty;
  });

  it("takes the mail over TLS, from who logged in, for one recipient", async () => {
    startNotifier(PASSWORD, caFile);
    mail = await eventually("the mail", () => mails.find(({ subject }) => subject.startsWith("AAPL")));
    expect(mail.tls).to.match(/^TLSv1\.[23]$/);
    expect(mail.user).to.equal(USER);
    expect(mail.from).to.equal("bell@example.com");
    expect(mail.recipients).to.deep.equal([EMAIL]);
  });

  it("finds the subject, one address, the Message-ID and the date that the server knows, and no defect", () => {
    const [row] = server.query("SELECT message_id AS id, mail_date AS dateMs FROM notifications WHERE symbol = 'AAPL'");
    const { id, dateMs } = row as { id: string; dateMs: number };
    expect(mail.subject).to.match(/^AAPL 201\.25\b/);
    expect(mail.to).to.deep.equal([EMAIL]);
    expect(mail.messageId).to.equal(id);
    expect(Math.floor(Date.parse(mail.date) / 1_000)).to.equal(Math.floor(dateMs / 1_000));
    expect(mail.headers.toSorted()).to.deep.equal([...new Set(mail.headers)].toSorted());
    expect([mail.defects, ...mail.parts.map(({ defects }) => defects)].flat()).to.be.empty;
    expect(mail.size).to.be.at.most(40_000);
  });

  it("finds text and HTML as alternatives, whatever else there is", () => {
    expect(mail.kinds).to.include("multipart/alternative");
    expect(mail.bestText).to.equal("text/plain");
    expect(mail.bestHtml).to.be.oneOf(["text/html", "multipart/related"]);
    text = mail.parts.find(({ type }) => type === "text/plain")!;
    html = mail.parts.find(({ type }) => type === "text/html")!;
    const others = mail.parts.filter((part) => part !== text && part !== html);
    expect(mail.parts).to.have.length(2 + others.length);
    for (const { type, id, begin } of others) {
      expect(type).to.equal("image/png");
      expect(begin).to.equal("89504e470d0a1a0a");
      expect(html.sources).to.include(`cid:${id?.replace(/^<|>$/g, "") ?? ""}`);
    }
    const ids = others.map(({ id }) => `cid:${id?.replace(/^<|>$/g, "") ?? ""}`);
    expect(ids).to.include.members([...(html.sources ?? [])]); // nothing is fetched from elsewhere
  });

  it("finds every fact of the text in the HTML, too, in the same order, and the note as it was typed", () => {
    for (const { text: words = "" } of [text, html]) {
      expect(words.replaceAll(/\s+/g, " ")).to.include(NOTE);
      expect(words).to.include("201.25").and.include("200.00");
    }
    expect(missingFrom(factsOf(html), factsOf(text))).to.equal(null);
  });
});

/** Whatever has a digit in it: prices, levels, times, shares. */
function factsOf({ text = "" }: Part): string[] {
  return (text.match(/\S*\d\S*/g) ?? []).map((fact) => fact.replaceAll(/^[("'“]+|[)"'”.,:;]+$/g, ""));
}

/** The first of `wanted` that does not come in `all` after those before it; null if there is none. */
function missingFrom(all: readonly string[], wanted: readonly string[]): string | null {
  let from = 0;
  for (const fact of wanted) {
    const at = all.indexOf(fact, from);
    if (at === -1) return fact;
    from = at + 1;
  }
  return null;
}
