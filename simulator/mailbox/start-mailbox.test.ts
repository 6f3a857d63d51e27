import { expect } from "chai";
import type { AppError } from "../../domain/error.ts";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTransport, type Transporter } from "nodemailer";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import type { Mail } from "./mail.ts";
import { startMailbox, type Mailbox } from "./start-mailbox.ts";

const NOW = Date.parse("2026-05-15T19:56:30Z");
const HOSTILE_HTML = `<script>fetch("//evil.example")</script><img src="http://evil.example/pixel.png">`;

describe("startMailbox()", () => {
  let folder: string;
  let mailbox: Mailbox;
  let transport: Transporter;
  let shown: Mail[];

  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), "mailbox-")), "mail");
    await open();
  });
  afterEach(async () => {
    await close();
    await rm(join(folder, ".."), { recursive: true });
  });

  async function open(): Promise<void> {
    shown = [];
    const deps = {
      clock: new FakeClock(NOW),
      log: createLog("mailbox", "silent"),
      onMail: (mail: Mail): void => void shown.push(mail),
    };
    mailbox = await startMailbox({ host: "127.0.0.1", smtpPort: 0, pagePort: 0, folder }, deps);
    const [host = "", port] = mailbox.smtpAddress.split(":");
    transport = createTransport({ host, port: Number(port) });
  }

  async function close(): Promise<void> {
    transport.close();
    await mailbox.close();
  }

  async function send(subject: string, html = "<p>Hello</p>", text = "Your code is 123456."): Promise<void> {
    const from = { name: "Tickerbell", address: "bell@localhost" };
    await transport.sendMail({ from, to: { name: "", address: "ann@example.com" }, subject, html, text });
  }

  function get(
    path: string,
    headers: Record<string, string> = {},
    method = "GET",
  ): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
    return new Promise((resolve, reject) => {
      const url = new URL(mailbox.pageUrl);
      const options = { host: url.hostname, port: url.port, path, method, headers, agent: false };
      const request = httpRequest(options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const body = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      });
      request.on("error", reject);
      request.end();
    });
  }

  it("takes a mail and keeps it for its owner only", async () => {
    await send("AAPL rose above 200");
    const mail = await mailbox.waitForMail(1);
    expect(mail).to.include({
      subject: "AAPL rose above 200",
      from: "Tickerbell <bell@localhost>",
      receivedTimeMs: NOW,
    });
    expect(mail.to).to.deep.equal(["ann@example.com"]);
    expect(mail.text).to.contain("123456");
    expect(shown).to.deep.equal([mail]);
    expect(await readdir(folder)).to.deep.equal(["00000001-20260515T195630Z.eml"]);
    const file = await stat(join(folder, `${mail.id}.eml`));
    expect([file.mode & 0o777, file.size]).to.deep.equal([0o600, mail.sizeBytes]);
    expect((await stat(folder)).mode & 0o777).to.equal(0o700);
  });

  it("keeps mails in order, over a restart too, and clears what a crash left behind", async () => {
    for (const subject of ["one", "two"]) await send(subject);
    await close();
    await writeFile(join(folder, "00000003-20260515T195630Z.part"), "half a mail");
    await writeFile(join(folder, "notes.eml"), "not ours");
    await open();
    await send("three");
    expect(mailbox.messages().map(({ id, subject }) => [id.slice(0, 8), subject])).to.deep.equal([
      ["00000001", "one"],
      ["00000002", "two"],
      ["00000003", "three"],
    ]);
    expect(mailbox.messages()[0]?.receivedTimeMs).to.equal(NOW);
    expect(await readdir(folder)).not.to.include("00000003-20260515T195630Z.part");
  });

  it("keeps many mails that come at once", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, at) => send(`mail ${at}`)));
    const ids = mailbox.messages().map((mail) => mail.id);
    expect(new Set(ids).size).to.equal(20);
    expect(ids).to.deep.equal(ids.toSorted());
  });

  it("lets callers wait for a mail that fits, and ends their waiting", async () => {
    const second = mailbox.waitForMail(2);
    const fits = mailbox.waitForMail((mail) => mail.subject === "two");
    for (const subject of ["one", "two"]) await send(subject);
    expect((await second).subject).to.equal("two");
    expect(await fits).to.equal(await second);
    const aborted = new AbortController();
    const never = mailbox.waitForMail(3, aborted.signal);
    aborted.abort(new Error("enough"));
    expect(await never.catch((error: unknown) => (error as Error).message)).to.equal("enough");
    const atClose = mailbox.waitForMail(4);
    const ended = atClose.catch((error: unknown) => (error as { reason: string }).reason);
    await mailbox.close();
    expect(await ended).to.equal("SERVER_STOPPING");
    await open();
  });

  it("shows a hostile mail without letting it do anything", async () => {
    await send(`<script>alert(1)</script>`, HOSTILE_HTML);
    const { id } = await mailbox.waitForMail(1);
    for (const path of ["/", `/messages/${id}`]) {
      const page = await get(path);
      expect(page.body).to.contain("&#60;script&#62;alert(1)").and.not.to.contain("<script");
      expect(page.headers["content-security-policy"]).to.contain("default-src 'none'").and.not.to.contain("unsafe");
    }
    const part = await get(`/messages/${id}/html`);
    expect(part.body).to.contain("evil.example");
    expect(part.headers["content-security-policy"]).to.match(/^sandbox; default-src 'none'; img-src data:;/);
    expect(part.headers["x-content-type-options"]).to.equal("nosniff");
  });

  it("hands out the mail as it came, and JSON", async () => {
    await send("one");
    const { id } = await mailbox.waitForMail(1);
    const eml = await get(`/messages/${id}.eml`);
    expect(eml.body).to.equal(await readFile(join(folder, `${id}.eml`), "utf8"));
    expect(eml.headers).to.include({
      "content-type": "message/rfc822",
      "content-disposition": `attachment; filename="${id}.eml"`,
    });
    const list = JSON.parse((await get("/api/messages")).body) as { messages: object[] };
    expect(list.messages).to.have.length(1);
    expect(list.messages[0]).to.include({ id, subject: "one", receivedTime: "2026-05-15T19:56:30.000Z" });
    const one = JSON.parse((await get(`/api/messages/${id}`)).body) as Record<string, string>;
    expect(one["text"]).to.contain("123456");
    expect(one["html"]).to.contain("<p>Hello</p>");
  });

  it("serves nothing but its mails", async () => {
    await writeFile(join(folder, "..", "secret.eml"), "secret");
    await send("one");
    for (const path of [
      "/messages/../secret.eml",
      "/messages/..%2Fsecret.eml",
      "/messages/%2e%2e/secret",
      "/secret.eml",
    ]) {
      const got = await get(path);
      expect([got.status, got.body.includes("secret")], path).to.deep.equal([404, false]);
    }
    expect(JSON.parse((await get("/api/messages/00000009-20260515T195630Z")).body)).to.include({ code: "NOT_FOUND" });
    expect((await get("/", {}, "POST")).status).to.equal(400);
  });

  it("answers only those who call it by a name of this machine", async () => {
    await send("one");
    for (const host of ["evil.example", "127.0.0.1.evil.example:8025"]) {
      expect((await get("/api/messages", { host })).status, host).to.equal(403);
    }
    expect((await get("/api/messages", { host: "localhost:8025" })).status).to.equal(200);
    expect((await get("/api/messages", { origin: "http://evil.example" })).status).to.equal(403);
  });

  it("refuses a mail that is too large, and goes on", async () => {
    const error = await send("large", "", "x".repeat(11 * 1024 * 1024)).catch((cause: unknown) => cause as Error);
    expect(error)
      .to.be.instanceOf(Error)
      .with.property("message")
      .that.matches(/552|5\d\d/);
    await send("small");
    expect(mailbox.messages().map((mail) => mail.subject)).to.deep.equal(["small"]);
  });

  it("refuses a too large mail of a sender that did not say its size", async () => {
    const [host = "", port] = mailbox.smtpAddress.split(":");
    const last = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), host);
      const chunk = `${"x".repeat(1_022)}\r\n`.repeat(11 * 1024);
      const replies: string[] = ["EHLO me", "MAIL FROM:<a@x.test>", "RCPT TO:<b@x.test>", "DATA"];
      socket.on("error", reject);
      socket.on("data", (data) => {
        const text = data.toString();
        const next = replies.shift();
        if (/^552/.test(text)) {
          resolve(text);
          socket.destroy();
        } else if (next !== undefined) socket.write(`${next}\r\n`);
        else socket.write(`${chunk}.\r\n`);
      });
    });
    expect(last).to.match(/^552 /);
    expect(mailbox.messages()).to.have.length(0);
  });

  it("says 451 when the mail cannot be kept", async () => {
    await rm(folder, { recursive: true });
    const error = await send("one").catch((cause: unknown) => cause as { responseCode: number });
    expect(error).to.have.property("responseCode", 451);
    expect(shown).to.have.length(0);
  });

  it("names the folder that it cannot make", async () => {
    const file = join(folder, "..", "a-file");
    await writeFile(file, "");
    const deps = { clock: new FakeClock(NOW), log: createLog("mailbox", "silent") };
    const place = { host: "127.0.0.1", smtpPort: 0, pagePort: 0, folder: join(file, "mail") };
    const refusal = (await startMailbox(place, deps).catch((error: unknown) => error)) as AppError;
    expect(refusal.reason).to.equal("CONFIG_INVALID");
    expect(refusal.message).to.contain(place.folder);
  });

  it("opens on loopback only, unless the host is declared as good as that", async () => {
    const deps = { clock: new FakeClock(NOW), log: createLog("mailbox", "silent") };
    for (const host of ["0.0.0.0", "mailbox"]) {
      const tried = startMailbox({ host, smtpPort: 0, pagePort: 0, folder, localHosts: ["other"] }, deps);
      expect(await tried.catch((error: unknown) => (error as Error).message)).to.contain("is not loopback");
    }
    const taken = Number(new URL(mailbox.pageUrl).port);
    const again = startMailbox({ host: "127.0.0.1", smtpPort: 0, pagePort: taken, folder }, deps);
    const refusal = (await again.catch((error: unknown) => error)) as AppError;
    expect(refusal.message).to.contain("taken by another process");
    expect(refusal.hint).to.contain("BELL_MAILBOX_PAGE_LISTEN");
  });
});
