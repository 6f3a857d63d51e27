import { expect } from "chai";
import { OperatorNoticeKind } from "../proto/gen/tickerbell/v1/notification.ts";
import { renderMail, type RenderedMail } from "./render-mail.ts";
import { sampleDelivery } from "./testing/sample-delivery.ts";

const NOTICED = new Date("2026-11-05T14:20:00Z");

function operatorMail(kind: OperatorNoticeKind, ...details: string[]): RenderedMail {
  const notices = details.map((detail, at) => ({ kind, detail, time: new Date(NOTICED.getTime() + at * 60_000) }));
  const nextMailTime = new Date("2026-11-05T15:31:02Z");
  const value = { kind, notices, timeZone: "Europe/Berlin", nextMailTime };
  return renderMail(sampleDelivery({ content: { $case: "operatorMail", value } }));
}

const { CERTIFICATE_ENDING, CLOCK_STEPPED, DISK_NEARLY_FULL, FEED_STALE, MAIL_FAILING, QUOTA_SPENT } =
  OperatorNoticeKind;

describe("a mail to operators", () => {
  it("says what it is about, what it means, and what mends it", () => {
    const { subject, text } = operatorMail(DISK_NEARLY_FULL, "412 MB are left on the disk of the database");
    expect(subject).to.equal("Tickerbell: 412 MB are left on the disk of the database");
    expect(text).to.equal(`The disk is nearly full
When it is full, no price and no alert can be stored, and nothing is acknowledged that is not on disk.

  What:   412 MB are left on the disk of the database
  When:   2026-11-05 15:20:00 in Europe/Berlin (14:20:00 UTC)

To do:      make room on the disk, or keep prices for a shorter time
Look:       df -h
Mend:       ./bell doctor
Next mail:  at the earliest about 2026-11-05 16:31:02 in Europe/Berlin (15:31:02 UTC)
See again:  ./bell notifications get notification-1
`);
  });

  const kinds = [
    [FEED_STALE, "Tickerbell: prices do not come", "./bell doctor"],
    [QUOTA_SPENT, "Tickerbell: the price source's requests are used up", "./bell symbols list"],
    [MAIL_FAILING, "Tickerbell: mail was failing, and goes again", "./bell mail check"],
    [CERTIFICATE_ENDING, "Tickerbell: a certificate is near its end", "./bell certs"],
    [CLOCK_STEPPED, "Tickerbell: the machine's clock was set", "timedatectl set-ntp true"],
    [DISK_NEARLY_FULL, "Tickerbell: the disk is nearly full", "./bell doctor"],
    [99 as OperatorNoticeKind, "Tickerbell: something happened to the system", "./bell doctor"],
  ] as const;
  for (const [kind, subject, mend] of kinds) {
    it(`names a command that helps when ${subject.slice("Tickerbell: ".length)}`, () => {
      const mail = operatorMail(kind, "x".repeat(90));
      expect(mail.subject).to.equal(subject);
      expect(mail.text).to.include(`\nMend:       ${mend}\n`);
      expect(mail.html).to.include(`<code>${mend}</code>`);
    });
  }

  it("tells the newest of many", () => {
    const { subject, text } = operatorMail(CLOCK_STEPPED, ...Array.from({ length: 53 }, (_, at) => `step ${at}`));
    expect(subject).to.equal("Tickerbell: step 52");
    expect(text).to.include("  What:   step 52\n").and.not.include("step 2\n");
    expect(text).to.include("\nand 3 more\n");
  });
});

describe("a test mail", () => {
  it("says when it was asked for, and that it takes no cooldown", () => {
    const value = { time: NOTICED, timeZone: "Europe/Berlin" };
    const { subject, text } = renderMail(sampleDelivery({ content: { $case: "testMail", value } }));
    expect(subject).to.equal("Tickerbell test: your mail arrives");
    expect(text).to.include("Asked for:  2026-11-05 15:20:00 in Europe/Berlin (14:20:00 UTC)\n");
    expect(text).to.include("no cooldown").and.include("./bell notifications get notification-1");
  });
});
