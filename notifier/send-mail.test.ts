import { expect } from "chai";
import { OutcomeKind, outcomeKindToJSON } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { composeMail, type ComposedMail } from "./compose-mail.ts";
import { sendMail, type SendResult } from "./send-mail.ts";
import { SmtpSessions } from "./smtp-sessions.ts";
import { SMTP_TIMEOUTS, type SmtpSettings } from "./smtp-settings.ts";
import { sampleDelivery } from "./testing/sample-delivery.ts";
import { ScriptedSmtpServer, type SmtpAct, type SmtpScript, type SmtpStep } from "./testing/scripted-smtp-server.ts";

/** Long enough for an answer on loopback, short enough to wait for one that never comes. */
const SOCKET_MS = 150;

const NEVER = new AbortController().signal;
const yes = (): Promise<boolean> => Promise.resolve(true);

describe("sendMail()", () => {
  let server: ScriptedSmtpServer;
  let mail: ComposedMail;
  let opened: SmtpSessions;

  beforeEach(async () => {
    server = await new ScriptedSmtpServer().start();
    mail = composeMail(sampleDelivery(), { name: "Tickerbell", address: "bell@example.com" });
  });
  afterEach(async () => {
    opened.close();
    await server.stop();
  });

  /** Sessions with the server; closed after the test. */
  function sessions(changes: Partial<SmtpSettings> = {}): SmtpSessions {
    const timeouts = { connectMs: 2_000, greetingMs: SOCKET_MS, socketMs: SOCKET_MS };
    const settings = { host: "127.0.0.1", port: server.port, security: "loopback", login: null, timeouts } as const;
    opened = new SmtpSessions({ ...settings, ...changes });
    return opened;
  }

  async function send(script: SmtpScript): Promise<SendResult> {
    server.follow(script);
    const result = await sendMail(mail, sessions(), { signal: NEVER, mayBegin: yes });
    return result!;
  }

  it("hands over exactly the bytes that were composed, to one recipient", async () => {
    const result = await send({});
    expect(result).to.deep.equal({ kind: OutcomeKind.TAKEN, reply: "250 2.0.0 taken", duringSetup: false });
    expect(server.contents).to.deep.equal([mail.bytes.toString("latin1")]);
    expect(server.recipients).to.deep.equal(["<ann@example.com>"]);
  });

  it("sends nothing when it may not begin", async () => {
    const result = await sendMail(mail, sessions(), { signal: NEVER, mayBegin: () => Promise.resolve(false) });
    expect(result).to.equal(null);
    expect(server.recipients).to.deep.equal([]);
  });

  it("calls a server that is away trouble", async () => {
    const away = sessions();
    await server.stop();
    const result = await sendMail(mail, away, { signal: NEVER, mayBegin: yes });
    expect(result).to.include({ kind: OutcomeKind.SERVER_TROUBLE, duringSetup: true });
    await server.start();
  });

  it("does not begin unsecured where STARTTLS is demanded and not offered", async () => {
    const result = await sendMail(mail, sessions({ security: "starttls" }), { signal: NEVER, mayBegin: yes });
    expect(result).to.include({ kind: OutcomeKind.SERVER_TROUBLE, duringSetup: true });
    expect(server.recipients).to.deep.equal([]);
  });

  it("does not begin without the log-in it was given", async () => {
    const login = { user: "ann", password: "secret" };
    const result = await sendMail(mail, sessions({ login }), { signal: NEVER, mayBegin: yes });
    expect(result).to.include({ kind: OutcomeKind.SERVER_TROUBLE, reply: "the mail server offers no log-in" });
  });

  for (const pipelining of [false, true]) {
    describe(pipelining ? "with PIPELINING" : "one command at a time", () => {
      const replies: readonly (readonly [step: SmtpStep, reply: string, kind: string])[] = [
        ...answers("greeting", "SERVER_TROUBLE", ["421 4.7.0 busy", "454 x", "500 x", "535 x", "554 no"]),
        ...answers("ehlo", "SERVER_TROUBLE", ["421 4.7.0 busy"]),
        ...answers("mail", "NOT_TAKEN", ["421 x", "450 4.2.0 x", "451 4.3.0 x", "452 x"]),
        ...answers("mail", "SERVER_TROUBLE", ["501 x", "530 5.7.0 x", "550 5.7.1 x", "552 5.3.4 x", "554 x"]),
        ...answers("rcpt", "NOT_TAKEN", ["421 x", "450 4.2.0 greylisted", "451 x", "452 4.2.2 full"]),
        ...answers("rcpt", "ADDRESS_REFUSED", ["550 x", "553 x", "550 5.1.1 x", "556 5.1.10 x", "550 5.2.1 x"]),
        ...answers("rcpt", "SERVER_TROUBLE", ["550 5.7.1 x", "554 5.7.1 relay", "554 x", "503 5.5.1 x"]),
        ...answers("data", "NOT_TAKEN", ["421 x", "451 x"]),
        ...answers("data", "SERVER_TROUBLE", ["554 5.7.1 x", "503 x"]),
        ...answers("middle", "NOT_TAKEN", ["421 4.3.2 closing"]),
        ...answers("middle", "CONTENT_REFUSED", ["552 5.3.4 too large"]),
        ...answers("dot", "NOT_TAKEN", ["421 x", "451 4.3.0 x", "452 x"]),
        ...answers("dot", "CONTENT_REFUSED", ["550 5.7.1 spam", "552 x", "554 5.6.0 x"]),
        ...answers("dot", "TAKEN", ["250 ok", "252 perhaps"]),
        ...answers("dot", "UNSURE", ["hello"]),
      ];
      for (const [step, reply, kind] of replies) {
        it(`calls "${reply}" at ${step} ${kind}`, async () => {
          const result = await send({ pipelining, acts: { [step]: { reply } } });
          expect(outcomeKindToJSON(result.kind)).to.equal(`OUTCOME_KIND_${kind}`);
        });
      }

      const faults: readonly (readonly [step: SmtpStep, kind: string])[] = [
        ["greeting", "SERVER_TROUBLE"],
        ["ehlo", "SERVER_TROUBLE"],
        ["mail", "NOT_TAKEN"],
        ["rcpt", "NOT_TAKEN"],
        ["data", "NOT_TAKEN"],
        ["middle", "UNSURE"],
        ["dot", "UNSURE"],
      ];
      for (const act of ["hang", "close", "reset"] satisfies SmtpAct[]) {
        for (const [step, kind] of faults) {
          it(`calls a ${act} at ${step} ${kind}`, async () => {
            const result = await send({ pipelining, acts: { [step]: act } });
            expect(outcomeKindToJSON(result.kind)).to.equal(`OUTCOME_KIND_${kind}`);
          });
        }
      }
    });
  }

  it("believes the refusal of the recipient from a server that asks for the content all the same", async () => {
    const acts = { rcpt: { reply: "550 5.1.1 x" }, data: { reply: "354 go on" } };
    const result = await send({ pipelining: true, acts });
    expect(result).to.include({ kind: OutcomeKind.ADDRESS_REFUSED, reply: "550 5.1.1 x" });
    expect(server.contents).to.deep.equal([""]);
  });

  it("ends where it stands when it is told to", async () => {
    server.follow({ acts: { dot: "hang" } });
    const limit = new AbortController();
    const reached = server.reached("dot");
    const sent = sendMail(mail, sessions({ timeouts: SMTP_TIMEOUTS }), { signal: limit.signal, mayBegin: yes });
    await reached;
    limit.abort(new Error("out of time"));
    expect(await sent).to.deep.equal({ kind: OutcomeKind.UNSURE, reply: "out of time", duringSetup: false });
  });

  it("reports what a hostile server says as one line of at most 500 characters", async () => {
    const result = await send({ acts: { dot: { reply: `554-\u0007${"x".repeat(600)}\r\n554 5.6.0 end` } } });
    expect(result.kind).to.equal(OutcomeKind.CONTENT_REFUSED);
    expect(result.reply).to.match(/^[^\p{Cc}]{500}$/u);
  });
});

function answers(step: SmtpStep, kind: string, replies: readonly string[]): [SmtpStep, string, string][] {
  return replies.map((reply) => [step, reply, kind]);
}
