import { expect } from "chai";
import { TriggerKind } from "../proto/gen/tickerbell/v1/alert.ts";
import { HoldReason } from "../proto/gen/tickerbell/v1/notification.ts";
import type { TriggerMail } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { renderMail, type RenderedMail } from "./render-mail.ts";
import {
  SIMULATED,
  sampleDelivery,
  samplePoints,
  sampleQuote,
  sampleTrigger,
  sampleTriggerMail,
} from "./testing/sample-delivery.ts";

function triggerMail(changes: Partial<TriggerMail> = {}): RenderedMail {
  return renderMail(sampleDelivery({ content: { $case: "triggerMail", value: sampleTriggerMail(changes) } }));
}

describe("renderMail()", () => {
  it("says everything about one alert", () => {
    const { text } = triggerMail({
      timeZone: "Europe/Berlin",
      latestQuote: sampleQuote({ close: 201.35 }),
      previousClose: 199,
      nextMailTime: new Date("2026-11-05T15:31:02Z"),
      holdReason: HoldReason.COOLDOWN,
    });
    expect(text).to.equal(`AAPL at or above 200.00 USD, once
  Price:  201.35 USD (+1.18% today)
  Level:  1.35 USD (0.67%) above 200.00
  When:   2026-11-05 09:31:00 in New York (15:31:00 in Europe/Berlin)
  Age:    less than a minute when this mail was made
  Source: alpha-vantage
  Note:   sell half
  Again:  ./bell alerts resume alert-1
  Delete: ./bell alerts delete alert-1

Waited:     held for the hour after the mail before about AAPL
Next mail:  at the earliest about 2026-11-05 10:31:02 in New York (16:31:02 in Europe/Berlin); what fires on AAPL meanwhile comes with it
See again:  ./bell notifications get notification-1
All alerts: ./bell alerts list
Less mail:  ./bell mail quiet-hours, ./bell mail snooze or ./bell mail digest
`);
  });

  it("has nothing in its HTML that a mail program would fetch or run", () => {
    const { html } = triggerMail({ points: samplePoints() });
    expect(html).to.include('<meta name="color-scheme" content="light dark">');
    expect(html).not.to.match(/<(script|link|a)\b|https?:|url\(|@import/i);
    expect(html.match(/src="[^"]*"/g)).to.deep.equal(['src="cid:chart1.0123456789abcdef@tickerbell"']);
  });

  it("shows the way of the price, and tells it in text", () => {
    const { text, html, pictures } = triggerMail({ points: samplePoints() });
    const alt = /  Chart: +(.*)/.exec(text)?.[1] ?? "";
    expect(alt).to.match(/^AAPL from .*; level 200\.00/);
    expect(html).to.include(`alt="${alt}"`);
    expect(pictures.map((picture) => picture.alt)).to.deep.equal([alt]);
    expect(pictures[0]?.png.subarray(1, 4).toString()).to.equal("PNG");
    expect(triggerMail().pictures).to.have.length(0);
  });

  it("tells the furthest past its level first, and what has reverted since", () => {
    const far = sampleTrigger({ level: 190, sentence: "AAPL at or above 190.00 USD, every time" });
    const { text } = triggerMail({
      triggers: [sampleTrigger({ hasReverted: true }), far, sampleTrigger({ level: 199, price: 201 })],
      latestQuote: sampleQuote({ close: 199.2 }),
    });
    expect(text).to.match(
      /^AAPL: 3 alerts fired\nThe one furthest past its level comes first\. Reverted since: 1 of 3\.\n\n/,
    );
    expect(text.indexOf("above 190.00 USD")).to.be.below(text.indexOf("above 200.00 USD"));
    expect(text).to.include("  Now:    199.20 USD\n");
    expect(text.match(/Now: /g), "and no third time, of one that is still true").to.have.length(2);
    expect(text).to.include("  Now:    back below 200.00 since: 199.20 USD\n");
    expect(text).to.include("./bell alerts pause alert-1");
  });

  it("says that it has reverted where the newest price is not known", () => {
    expect(triggerMail({ triggers: [sampleTrigger({ hasReverted: true })] }).text).to.include(
      "  Now:    no longer at or above 200.00 USD since\n",
    );
  });

  describe("of notices", () => {
    const notice = (kind: TriggerKind) => sampleTrigger({ kind, level: 0, price: 20 });
    const { EXPIRED, STOPPED, STILL_TRUE, BACK_TO_NORMAL } = TriggerKind;

    it("says that an alert has expired, and how to go on", () => {
      const { text, html } = triggerMail({ triggers: [notice(EXPIRED)] });
      expect(text).to.equal(`AAPL at or above 200.00 USD, once
  Notice: expired: its time is over, and it watches no more
  To do:  ./bell alerts update alert-1 --expires 30d, then ./bell alerts resume alert-1
  When:   2026-11-05 09:31:00 in New York (14:31:00 UTC)
  Age:    less than a minute when this mail was made
  Source: alpha-vantage
  Note:   sell half

See again:  ./bell notifications get notification-1
All alerts: ./bell alerts list
Less mail:  ./bell mail quiet-hours, ./bell mail snooze or ./bell mail digest
`);
      expect(html).to.include("expired").and.include("--expires 30d").and.not.include("Level");
    });

    it("says that an alert was stopped, and how to go on", () => {
      const { text } = triggerMail({ triggers: [notice(STOPPED)] });
      expect(text).to.include(`
  Notice: stopped: it fired 15 times within 3 minutes
  To do:  ./bell alerts resume alert-1, or with a wider band: ./bell alerts update alert-1 --band 2
`);
    });

    it("reminds of what is still true, and tells that a price is back", () => {
      const still = triggerMail({ triggers: [sampleTrigger({ kind: STILL_TRUE, price: 203 })] }).text;
      expect(still).to.include("its condition still holds").and.include("3.00 USD (1.50%) above 200.00");
      expect(still).to.include("./bell alerts update alert-1 --remind-every off");
      const back = triggerMail({ triggers: [sampleTrigger({ kind: BACK_TO_NORMAL, price: 198.9 })] }).text;
      expect(back).to.include("the price is back").and.include("1.10 USD (0.55%) below 200.00");
    });

    it("does not call a fire what a newer server tells", () => {
      const { text } = triggerMail({ triggers: [notice(99 as TriggerKind)] });
      expect(text).to.include("./bell alerts get alert-1").and.not.include("Price:");
    });
  });

  it("names only the symbol that it is about of a rule for many", () => {
    const symbols = Array.from({ length: 50 }, (_none, at) => `SYMBOL-${at}`);
    const sentence = `Any of ${symbols.join(", ")} at or above 200.00 USD, once each`;
    const { text } = triggerMail({ triggers: [sampleTrigger({ sentence })] });
    expect(text).to.match(/^AAPL \(any of 50\) at or above 200\.00 USD, once each\n {2}Price:/);
    expect(text).to.include("./bell alerts pause alert-1"); // it goes on for the others
  });

  it("shows the longest note that can be filled", () => {
    const note = "AAPL outside 123456789.12..987654321.12 for 29d23h59m ".repeat(15).trim();
    expect(triggerMail({ triggers: [sampleTrigger({ note })] }).text).to.include(`Note:   ${note}\n`);
  });

  it("lists at most 50", () => {
    const mail = triggerMail({ triggers: Array.from({ length: 53 }, () => sampleTrigger()) });
    expect(mail.text.match(/Price:/g)).to.have.length(50);
    expect(mail.text).to.include("\nand 3 more\n");
    expect(mail.html).to.include("and 3 more");
  });

  it("names simulated prices as such, before all else", () => {
    const { text, html } = triggerMail({ triggers: [sampleTrigger(SIMULATED)] });
    expect(text).to.match(/^SIMULATED: these prices are not the market's\.\n\n/);
    expect(text).to.include("Source: simulator, not the market\n");
    expect(html).to.include("SIMULATED: these prices are not the market&#39;s.");
    const mixed = triggerMail({ triggers: [sampleTrigger(), sampleTrigger(SIMULATED)] }).text;
    expect(mixed).to.match(/^SIMULATED: some of these prices/);
  });

  it("says how old the price is, and how old it came", () => {
    const fireTime = new Date("2026-11-05T14:31:00Z");
    const at = (ms: number): string => triggerMail({ sealTime: new Date(fireTime.getTime() + ms) }).text;
    expect(at(59_999)).to.include("  Age:    less than a minute when this mail was made\n");
    expect(at(11_520_000)).to.include("  Age:    3 h 12 min when this mail was made\n");
    expect(at(-1), "clocks that do not agree").not.to.include("Age:");
    const quote = sampleQuote({ fetchTime: new Date("2026-11-05T14:46:00Z") });
    const sealTime = new Date("2026-11-05T14:47:00Z");
    const delayed = triggerMail({ sealTime, triggers: [sampleTrigger({ quote })] }).text;
    expect(delayed).to.include("  Age:    15 min when it came, 16 min when this mail was made\n");
    const early = triggerMail({ triggers: [sampleTrigger({ quote })] }).text; // the fetcher's clock is ahead
    expect(early).to.include("  Age:    less than a minute when this mail was made\n");
  });

  it("says what of its age the market was open for", () => {
    const sealTime = new Date("2026-11-05T17:43:00Z"); // 3 h 12 min after it fired
    const age = (seconds: number): string =>
      /Age: +(.*)/.exec(
        triggerMail({ sealTime, triggers: [sampleTrigger({ tradingDelay: { seconds } })] }).text,
      )?.[1] ?? "";
    expect(age(0)).to.equal("3 h 12 min when this mail was made; the market was closed meanwhile");
    expect(age(3_900)).to.equal("3 h 12 min when this mail was made; the market traded for 1 h 5 min of it");
    expect(age(11_520), "all the time").to.equal("3 h 12 min when this mail was made");
  });

  it("says why it waited", () => {
    const reasons = Object.values(HoldReason).filter((reason) => reason > 0);
    const told = reasons.map((reason) => /Waited: +(.*)/.exec(triggerMail({ holdReason: reason }).text)?.[1] ?? "");
    expect(new Set(told).size).to.equal(reasons.length);
    expect(triggerMail().text).not.to.include("Waited:");
    expect(triggerMail({ holdReason: 99 as HoldReason }).text).not.to.include("Waited:");
  });

  it("tells pairs of crypto in UTC", () => {
    const { text } = triggerMail({ symbol: "BTCUSDT", timeZone: "Europe/Berlin" });
    expect(text).to.include("When:   2026-11-05 14:31:00 UTC (15:31:00 in Europe/Berlin)\n");
  });

  it("leaves out what is not there", () => {
    const { text } = triggerMail({
      triggers: [sampleTrigger({ note: "", quote: undefined, fireTime: undefined, alertId: "" })],
    });
    expect(text).to.equal(`AAPL at or above 200.00 USD, once
  Price:  201.35
  Level:  1.35 (0.67%) above 200.00

See again:  ./bell notifications get notification-1
All alerts: ./bell alerts list
Less mail:  ./bell mail quiet-hours, ./bell mail snooze or ./bell mail digest
`);
  });

  it("escapes HTML in a note, and shows it as it is in text", () => {
    const { text, html } = triggerMail({ triggers: [sampleTrigger({ note: `<b onclick="x">&'` })] });
    expect(text).to.include(`Note:   <b onclick="x">&'\n`);
    expect(html).to.include("<td>&lt;b onclick=&quot;x&quot;&gt;&amp;&#39;</td>");
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
