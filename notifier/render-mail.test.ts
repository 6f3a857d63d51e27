import { expect } from "chai";
import { TriggerKind } from "../proto/gen/tickerbell/v1/alert.ts";
import type { TriggerMail } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { renderMail, type RenderedMail } from "./render-mail.ts";
import { sampleDelivery, sampleTrigger } from "./testing/sample-delivery.ts";

const SIMULATED = { quote: { symbol: "AAPL", source: "simulator", close: 201.35, currency: "USD" } };

function triggerMail(changes: Partial<TriggerMail>): RenderedMail {
  const sealTime = new Date("2026-11-05T14:31:02Z");
  const value = { symbol: "AAPL", triggers: [sampleTrigger()], sealTime, ...changes };
  return renderMail(sampleDelivery({ content: { $case: "triggerMail", value } }));
}

describe("renderMail()", () => {
  it("says everything about one trigger", () => {
    const { subject, text } = triggerMail({});
    expect(subject).to.equal("AAPL 201.35 USD: at or above 200.00 USD");
    expect(text).to.equal(`AAPL at or above 200.00 USD, once
  Price:  201.35 USD, level 200.00
  When:   2026-11-05 14:31:00 UTC (09:31:00 in New York)
  Note:   sell half
  Source: alpha-vantage

To see it again: ./bell notifications get notification-1
You get at most one mail an hour about AAPL; what fires meanwhile comes with the next one.
`);
  });

  it("says the same in HTML", () => {
    const { html } = triggerMail({});
    for (const words of [
      "AAPL at or above 200.00 USD, once",
      "201.35 USD",
      "Level 200.00",
      "sell half",
      "14:31:00 UTC",
    ]) {
      expect(html).to.include(words);
    }
    expect(html).to.include('<meta name="color-scheme" content="light dark">');
    expect(html).not.to.match(/<(img|script|link)|https?:/i);
  });

  it("counts several in the subject", () => {
    const { subject, text } = triggerMail({ triggers: [sampleTrigger(), sampleTrigger(), sampleTrigger()] });
    expect(subject).to.equal("AAPL: 3 alerts fired");
    expect(text.match(/Price:/g)).to.have.length(3);
  });

  it("leaves the options to the body", () => {
    const sentence = "AAPL at or above 200.00 USD for 10m, every time, at most 5 times, extended hours included";
    const { subject, text } = triggerMail({ triggers: [sampleTrigger({ sentence })] });
    expect(subject).to.equal("AAPL 201.35 USD: at or above 200.00 USD for 10m");
    expect(text).to.include(sentence);
  });

  describe("of notices", () => {
    const notice = (kind: TriggerKind) => sampleTrigger({ kind, level: 0, price: 20 });
    const subjectOf = (...kinds: TriggerKind[]) => triggerMail({ triggers: kinds.map(notice) }).subject;
    const { EXPIRED, STOPPED, HELD, FIRED, UNSPECIFIED } = TriggerKind;

    it("says that an alert has expired, and how to go on", () => {
      const { subject, text, html } = triggerMail({ triggers: [notice(EXPIRED)] });
      expect(subject).to.equal("AAPL: 1 alert expired: at or above 200.00 USD");
      expect(text).to.equal(`AAPL at or above 200.00 USD, once
  Notice: expired: its time is over, and it watches no more
  To do:  ./bell alerts update alert-1 --expires 30d, then ./bell alerts resume alert-1
  When:   2026-11-05 14:31:00 UTC (09:31:00 in New York)
  Note:   sell half
  Source: alpha-vantage

To see it again: ./bell notifications get notification-1
You get at most one mail an hour about AAPL; what fires meanwhile comes with the next one.
`);
      expect(html).to.include("Notice: expired").and.include("--expires 30d").and.not.include("Level");
    });

    it("says that an alert was stopped, and how to go on", () => {
      const { subject, text } = triggerMail({ triggers: [notice(STOPPED)] });
      expect(subject).to.equal("AAPL: 1 alert stopped: at or above 200.00 USD");
      expect(text).to.include(`AAPL at or above 200.00 USD, once
  Notice: stopped: it fired 15 times within 3 minutes
  To do:  ./bell alerts resume alert-1, or with a wider band: ./bell alerts update alert-1 --band 2
`);
    });

    it("counts several in the subject, and says nothing of them there beside a fire", () => {
      expect(subjectOf(EXPIRED, EXPIRED)).to.equal("AAPL: 2 alerts expired");
      expect(subjectOf(EXPIRED, HELD, STOPPED, EXPIRED)).to.equal("AAPL: on hold, 2 alerts expired, 1 alert stopped");
      expect(subjectOf(EXPIRED, FIRED)).to.equal("AAPL 20.00 USD: at or above 200.00 USD");
      expect(subjectOf(FIRED, UNSPECIFIED, STOPPED)).to.equal("AAPL: 2 alerts fired");
    });

    it("does not call a fire what a newer server tells", () => {
      const { subject, text } = triggerMail({ triggers: [notice(99 as TriggerKind)] });
      expect(subject).to.equal("AAPL: 1 alert changed: at or above 200.00 USD");
      expect(text).to.include("./bell alerts get alert-1").and.not.include("Price:");
    });
  });

  it("names only the symbol that it is about of a rule for many", () => {
    const symbols = Array.from({ length: 50 }, (_none, at) => `SYMBOL-${at}`);
    const sentence = `Any of ${symbols.join(", ")} at or above 200.00 USD, once each`;
    const { subject, text } = triggerMail({ triggers: [sampleTrigger({ sentence })] });
    expect(subject).to.equal("AAPL 201.35 USD: at or above 200.00 USD");
    expect(text).to.match(/^AAPL \(any of 50\) at or above 200\.00 USD, once each\n {2}Price:/);
  });

  it("shows the longest note that can be filled", () => {
    const note = "AAPL outside 123456789.12..987654321.12 for 29d23h59m ".repeat(15).trim();
    expect(triggerMail({ triggers: [sampleTrigger({ note })] }).text).to.include(`Note:   ${note}\n`);
  });

  it("lists at most 50", () => {
    const mail = triggerMail({ triggers: Array.from({ length: 53 }, () => sampleTrigger()) });
    expect(mail.subject).to.equal("AAPL: 53 alerts fired");
    expect(mail.text.match(/Price:/g)).to.have.length(50);
    expect(mail.text).to.include("\nand 3 more\n");
    expect(mail.html).to.include("and 3 more");
  });

  it("names simulated prices as such, in subject and body", () => {
    const { subject, text, html } = triggerMail({ triggers: [sampleTrigger(SIMULATED)] });
    expect(subject).to.equal("AAPL 201.35 USD: at or above 200.00 USD (simulated)");
    for (const body of [text, html]) {
      expect(body).to.include("simulated");
      expect(body).to.include("Source: simulator, not the market");
    }
  });

  it("says how late it is when that is more than two minutes", () => {
    const fireTime = new Date("2026-11-05T14:31:00Z");
    const at = (ms: number): string => triggerMail({ sealTime: new Date(fireTime.getTime() + ms) }).text;
    expect(at(120_000)).not.to.include("Late:");
    expect(at(120_001)).to.include("  Late:   this mail was made 2 min after that\n");
    expect(at(11_520_000)).to.include("  Late:   this mail was made 3 h 12 min after that\n");
  });

  it("says what of a delay the market was open for", () => {
    const sealTime = new Date("2026-11-05T17:43:00Z"); // 3 h 12 min after it fired
    const lines = (seconds: number): string => {
      const { text, html } = triggerMail({ sealTime, triggers: [sampleTrigger({ tradingDelay: { seconds } })] });
      expect(html).to.include("3 h 12 min after that");
      return text;
    };
    expect(lines(0)).to.include(
      "  Late:   this mail was made 3 h 12 min after that; the market was closed meanwhile\n",
    );
    expect(lines(3_900)).to.include("3 h 12 min after that; the market traded for 1 h 5 min of it\n");
    expect(lines(11_520), "all the time").to.include("3 h 12 min after that\n");
  });

  it("leaves out what is not there", () => {
    const { text } = triggerMail({ triggers: [sampleTrigger({ note: "", quote: undefined })] });
    expect(text).to.include(
      "  Price:  201.35, level 200.00\n  When:   2026-11-05 14:31:00 UTC (09:31:00 in New York)\n\n",
    );
  });

  it("escapes HTML in a note, and shows it as it is in text", () => {
    const { text, html } = triggerMail({ triggers: [sampleTrigger({ note: `<b onclick="x">&'` })] });
    expect(text).to.include(`Note:   <b onclick="x">&'\n`);
    expect(html).to.include("Note: &lt;b onclick=&quot;x&quot;&gt;&amp;&#39;");
  });

  it("keeps a note from forging lines", () => {
    const { subject, text } = triggerMail({
      symbol: "A\r\nB",
      triggers: [sampleTrigger({ note: "x\r\n  Source: the\u2028Fed\u202e", sentence: "AAPL\nat" })],
    });
    expect(text).to.include("Note:   x   Source: the Fed\n");
    expect(subject).not.to.match(/[\r\n]/);
  });

  it("sends the code to type, and until when it counts", () => {
    const value = { code: "W3K9-77QX", expireTime: new Date("2026-11-06T14:31:00Z") };
    const { subject, text, html } = renderMail(sampleDelivery({ content: { $case: "verificationMail", value } }));
    expect(subject).to.equal("Verify your address for Tickerbell");
    for (const body of [text, html]) {
      expect(body).to.include("./bell verify W3K9-77QX");
      expect(body).to.include("until 2026-11-06 14:31:00 UTC.");
    }
  });

  it("does not render what it does not know", () => {
    expect(() => renderMail(sampleDelivery({ content: undefined }))).to.throw(
      "no content that this version can render",
    );
  });
});
