import { expect } from "chai";
import type { MailServerLook } from "../../notifier/main.ts";
import { judgeMail, judgeMailServer } from "./mail.ts";
import { sampleStatus } from "./testing/sample-answer.ts";

describe("judgeMail()", () => {
  it("says when a mail was sent last, and what waits", () => {
    expect(judgeMail(sampleStatus())[0]).to.include({ state: "ok", message: "last sent 1h ago, 0 due, 0 held" });
  });

  it("tells what the mail server said when it took none", () => {
    const [finding] = judgeMail(sampleStatus({ mail: { isTaking: false, detail: "535 no" } }));
    expect(finding).to.include({ state: "fail", message: "the mail server takes no mail: 535 no" });
    expect(finding?.hint).to.include("./bell doctor --mail");
  });
});

describe("judgeMailServer()", () => {
  const well: MailServerLook = {
    host: "smtp.example.com",
    port: 587,
    isEncrypted: true,
    tlsVersion: "TLSv1.3",
    hasLogIn: true,
    fault: null,
    from: "bell@example.com",
    warning: null,
  };
  const fault = (kind: NonNullable<MailServerLook["fault"]>["kind"], text = "its words") => ({ fault: { kind, text } });
  const cases: readonly (readonly [changes: Partial<MailServerLook>, state: string, message: string, hint: string])[] =
    [
      [{}, "ok", "smtp.example.com:587 would take mail, encrypted, the log-in is taken", ""],
      [{ isEncrypted: false, hasLogIn: false }, "ok", "would take mail, in the clear, on this machine", ""],
      [{ warning: "mail goes out from bell@localhost" }, "warn", "bell@localhost", "BELL_MAIL_FROM"],
      [fault("address"), "fail", "host name of smtp.example.com:587 is unknown", "BELL_SMTP"],
      [fault("refused"), "fail", "nobody listens at smtp.example.com:587", "BELL_SMTP"],
      [fault("silent"), "fail", "does not answer", "does a firewall stand in between?"],
      [{ ...fault("silent"), port: 25 }, "fail", "smtp.example.com:25 does not answer", "close port 25: try 587"],
      [fault("tls"), "fail", "believed: its words", "NODE_EXTRA_CA_CERTS"],
      [fault("tls", "certificate has expired"), "fail", "has expired", "must be renewed"],
      [fault("tls", "does not match certificate's altnames"), "fail", "altnames", "a name that its certificate is for"],
      [
        fault(
          "tls",
          "unable to verify the first certificate; if the root CA is installed locally, try --use-system-ca",
        ),
        "fail",
        "verify the first certificate",
        "name that one: NODE_EXTRA_CA_CERTS",
      ],
      [fault("log-in", "the mail server offers no log-in"), "fail", "offers no log-in", "leave BELL_SMTP_USER"],
      [fault("log-in"), "fail", "the log-in: its words", "BELL_SMTP_PASSWORD_FILE"],
      [fault("other"), "fail", "cannot be used: its words", "BELL_SMTP"],
    ];
  for (const [changes, state, message, hint] of cases) {
    it(`says "${message}"`, () => {
      const finding = judgeMailServer({ ...well, ...changes }, false);
      expect(finding).to.include({ name: "mail server", state });
      expect(finding.message).to.include(message);
      expect(finding.hint).to.include(hint);
    });
  }

  it("leaves out what Node advises its own users", () => {
    const text = "unable to verify; if the root CA is installed locally, try running Node.js with --use-system-ca";
    expect(judgeMailServer({ ...well, fault: { kind: "tls", text } }, false).message).to.match(/unable to verify$/);
  });

  it("takes it for no fault that the mailbox does not run while nothing does", () => {
    const finding = judgeMailServer({ ...well, host: "127.0.0.1", port: 1025, ...fault("refused") }, true);
    expect(finding).to.include({ state: "warn", hint: "./bell up (or ./bell mailbox)" });
  });

  it("says of one that it takes too long", () => {
    expect(judgeMailServer(undefined, false)).to.include({ state: "fail", message: "it takes too long to answer" });
  });
});
