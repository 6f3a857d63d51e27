import { expect } from "chai";
import { SMTP_TIMEOUTS, securityFor } from "./smtp-settings.ts";
import { senderWarning } from "./sender-warning.ts";

describe("senderWarning()", () => {
  const warningFor = (host: string, address: string): string | null => {
    const smtp = {
      host,
      port: 587,
      security: securityFor(host, 587, ["mailbox"]),
      login: null,
      timeouts: SMTP_TIMEOUTS,
    };
    return senderWarning(smtp, { name: "Tickerbell", address });
  };

  it("names the setting when a real mail server gets mail from this machine's own address", () => {
    const warning = warningFor("smtp.example.com", "bell@localhost");
    expect(warning).to.include("BELL_MAIL_FROM").and.include("bell@localhost").and.include("smtp.example.com");
  });

  it("says nothing of a real address, or a mail server on this machine or as good as it", () => {
    expect(warningFor("smtp.example.com", "bell@example.com")).to.equal(null);
    for (const host of ["127.0.0.1", "mailbox"]) expect(warningFor(host, "bell@localhost")).to.equal(null);
  });
});
