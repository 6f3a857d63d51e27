import { expect } from "chai";
import type { MailServerLook } from "../../notifier/main.ts";
import { mailSteps } from "./mail-steps.ts";

const WELL: MailServerLook = {
  host: "smtp.example.com",
  port: 587,
  isEncrypted: true,
  tlsVersion: "TLSv1.3",
  hasLogIn: true,
  fault: null,
  from: "bell@example.com",
  warning: null,
};
const stepsOf = (changes: Partial<MailServerLook>, isMailbox = false) =>
  mailSteps({ look: { ...WELL, ...changes }, isMailbox });
const fault = (kind: NonNullable<MailServerLook["fault"]>["kind"]) => ({ fault: { kind, text: "its words" } });

describe("mailSteps()", () => {
  it("tells each step of a mail server that would take mail", () => {
    expect(stepsOf({}).map(({ name, state, message }) => `${state} ${name}: ${message.split(";")[0]}`)).to.deep.equal([
      "ok connection: smtp.example.com:587 answers",
      "ok encryption: TLSv1.3, with a certificate that is believed",
      "ok log-in: taken",
      "ok sender: bell@example.com",
    ]);
  });

  it("says that nothing is encrypted on this machine, and that no log-in is set", () => {
    const [, encryption, logIn] = stepsOf({ isEncrypted: false, tlsVersion: null, hasLogIn: false });
    expect(encryption?.message).to.include("none is needed");
    expect(logIn?.message).to.include("none is set").and.include("BELL_SMTP_USER");
  });

  it("warns of a sender that nobody can answer", () => {
    const last = stepsOf({ warning: "mail goes out from bell@localhost" }).at(-1);
    expect(last).to.include({ name: "sender", state: "warn" });
    expect(last?.hint).to.include("BELL_MAIL_FROM");
  });

  const stops: readonly (readonly [kind: Parameters<typeof fault>[0], names: string, hint: string])[] = [
    ["address", "connection", "BELL_SMTP"],
    ["refused", "connection", "does the mail server run?"],
    ["silent", "connection", "firewall"],
    ["other", "connection", "BELL_SMTP"],
    ["tls", "connection encryption", "STARTTLS"],
    ["log-in", "connection encryption log-in", "BELL_SMTP_PASSWORD_FILE"],
  ];
  for (const [kind, names, hint] of stops) {
    it(`ends at the step that failed, with its mend: ${kind}`, () => {
      const steps = stepsOf(fault(kind));
      expect(steps.map(({ name }) => name).join(" ")).to.equal(names);
      expect(steps.filter(({ state }) => state === "ok")).to.have.length(steps.length - 1);
      expect(steps.at(-1)?.state).to.equal("fail");
      expect(steps.at(-1)?.hint).to.include(hint);
    });
  }

  it("fails for the mailbox that does not run, and for who says nothing", () => {
    expect(stepsOf(fault("refused"), true)[0]).to.include({ state: "fail", hint: "./bell up (or ./bell mailbox)" });
    expect(mailSteps({ look: undefined, isMailbox: false })[0]).to.include({ name: "connection", state: "fail" });
  });
});
