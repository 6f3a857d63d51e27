import { expect } from "chai";
import { AccountNotice, type AccountNoticeMail } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { renderMail, type RenderedMail } from "./render-mail.ts";
import { sampleDelivery } from "./testing/sample-delivery.ts";

function resetMail(code: string, expireTime: Date | undefined): RenderedMail {
  return renderMail(sampleDelivery({ content: { $case: "passwordResetMail", value: { code, expireTime } } }));
}

function noticeMail(notice: AccountNotice, changes: Partial<AccountNoticeMail> = {}): RenderedMail {
  const value = { notice, time: new Date("2026-11-05T23:31:00Z"), timeZone: "Europe/Berlin", ...changes };
  return renderMail(sampleDelivery({ content: { $case: "accountNoticeMail", value } }));
}

const { ALREADY_REGISTERED, PASSWORD_CHANGED, SESSION_STOLEN, DELETED } = AccountNotice;

describe("renderMail() of an account", () => {
  it("brings the code for another password, and until when it counts", () => {
    const { subject, text, html } = resetMail("W3K977QX", new Date("2026-11-06T14:31:00Z"));
    expect(subject).to.equal("Choose another password for Tickerbell");
    expect(text).to
      .equal(`Somebody, probably you, asked for another password for the Tickerbell account of this address.
To choose one, type

  ./bell password reset W3K977QX

The code counts once, until 2026-11-06 14:31:00 UTC.
If it was not you, do nothing: the password stays as it is unless the code is typed.
`);
    for (const words of ["./bell password reset W3K977QX", "until 2026-11-06 14:31:00 UTC", "If it was not you"]) {
      expect(html).to.include(words);
    }
    expect(resetMail("W3K977QX", undefined).text).not.to.include("until");
  });

  it("tells when the password was changed, in the reader's zone", () => {
    const { subject, text } = noticeMail(PASSWORD_CHANGED);
    expect(subject).to.equal("Your Tickerbell password was changed");
    expect(text).to.equal(`The password of your Tickerbell account was changed, and the other log-ins have ended.

  When:   2026-11-06 00:31:00 in Europe/Berlin (2026-11-05 23:31:00 UTC)
  To do:  if it was you, nothing. If not, choose another at once: ./bell password forgot EMAIL
`);
  });

  const mails: readonly (readonly [AccountNotice, string, string])[] = [
    [ALREADY_REGISTERED, "You have a Tickerbell account already", "./bell login"],
    [SESSION_STOLEN, "A log-in to your Tickerbell account was ended", "used from two places"],
    [DELETED, "Your Tickerbell account was deleted", "cannot be brought back"],
    [99 as AccountNotice, "About your Tickerbell account", "no words for"],
  ];
  for (const [notice, subject, words] of mails) {
    it(`says "${subject}"`, () => {
      const mail = noticeMail(notice);
      expect(mail.subject).to.equal(subject);
      for (const body of [mail.text, mail.html]) {
        expect(body.replaceAll("&#39;", "'")).to.include(words).and.include("2026-11-06 00:31:00 in Europe/Berlin");
      }
      expect(mail.html).to.include(`<title>${subject}</title>`);
    });
  }

  it("has subjects of ASCII in one line, and nothing that a mail program would fetch", () => {
    for (const { subject, html } of [...mails.map(([notice]) => noticeMail(notice)), resetMail("A", undefined)]) {
      expect(subject).to.match(/^[ -~]{1,70}$/);
      expect(html).not.to.match(/<(img|script|link)|https?:/i);
    }
  });

  it("tells the time in UTC alone to whoever reads it there, and where the zone is not known or forged", () => {
    const forged = ["UTC", "Mars/Olympus", "", "Europe/Berlin\r\nBcc: eve@example.net", "<b>"];
    for (const timeZone of forged) {
      const { text, html } = noticeMail(PASSWORD_CHANGED, { timeZone });
      expect(text).to.include("  When:   2026-11-05 23:31:00 UTC\n");
      expect(`${text}${html}`).not.to.include("Bcc").and.not.include("<b>");
    }
    expect(noticeMail(PASSWORD_CHANGED, { time: undefined }).text).not.to.include("When:");
  });

  it("keeps a code from forging lines or markup", () => {
    const { text, html } = resetMail("A\r\nTo: eve\u202e<b>", new Date("2026-11-06T14:31:00Z"));
    expect(text).to.include("./bell password reset A To: eve <b>\n");
    expect(html).to.include("./bell password reset A To: eve &lt;b&gt;").and.not.include("<b>");
  });

  it("says the same every time", () => {
    expect(noticeMail(SESSION_STOLEN)).to.deep.equal(noticeMail(SESSION_STOLEN));
    expect(resetMail("A", undefined)).to.deep.equal(resetMail("A", undefined));
  });
});
