import { expect } from "chai";
import { TriggerKind, type Trigger } from "../proto/gen/tickerbell/v1/alert.ts";
import type { TriggerMail } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { renderMail } from "./render-mail.ts";
import { SIMULATED, sampleDelivery, sampleQuote, sampleTrigger, sampleTriggerMail } from "./testing/sample-delivery.ts";

const { BACK_TO_NORMAL, EXPIRED, FIRED, HELD, STILL_TRUE, STOPPED, UNSPECIFIED } = TriggerKind;

const alertsSubject = (changes: Partial<TriggerMail>): string =>
  renderMail(sampleDelivery({ content: { $case: "triggerMail", value: sampleTriggerMail(changes) } })).subject;

const digestSubject = (...parts: Partial<TriggerMail>[]): string =>
  renderMail(sampleDelivery({ content: { $case: "digestMail", value: { parts: parts.map(sampleTriggerMail) } } }))
    .subject;

const of = (...triggers: Parameters<typeof sampleTrigger>[0][]): Partial<TriggerMail> => ({
  triggers: triggers.map(sampleTrigger),
});

const above = (level: number, changes: Partial<Trigger> = {}) => ({
  level,
  sentence: `AAPL at or above ${level}.00 USD, once`,
  ...changes,
});

describe("the subject of a mail about alerts", () => {
  const day = { latestQuote: sampleQuote({ close: 201.35 }), previousClose: 199 };
  const cases: readonly (readonly [string, Partial<TriggerMail>, string])[] = [
    ["a fire", of({}), "AAPL 201.35, above 200.00"],
    ["a fire on a day whose change is known", { ...of({}), ...day }, "AAPL 201.35, above 200.00 (+1.18% today)"],
    ["a price at its level", of({ price: 200 }), "AAPL 200.00, at 200.00"],
    [
      "a fall",
      of({ price: 179, level: 180, sentence: "AAPL at or below 180.00 USD, once" }),
      "AAPL 179.00, below 180.00",
    ],
    [
      "a condition that must hold",
      of({ sentence: "AAPL at or above 200.00 USD for 10m and at 3 prices in a row, every time" }),
      "AAPL 201.35, above 200.00 for 10m and at 3 prices in a row",
    ],
    [
      "a price between two levels",
      of({ price: 190, level: 180, sentence: "AAPL from 180.00 to 200.00 USD, once" }),
      "AAPL 190.00, from 180.00 to 200.00 USD",
    ],
    ["several, the furthest first", of(above(201), above(198), above(200)), "AAPL 201.35, above 198.00, and 2 more"],
    ["one that reverted", of({ hasReverted: true }), "AAPL 201.35, above 200.00, reverted since"],
    ["simulated prices", of(SIMULATED), "AAPL 201.35, above 200.00 (simulated)"],
    ["a reminder", of({ kind: STILL_TRUE, price: 203 }), "AAPL 203.00, still above 200.00"],
    ["a reminder without its level", of({ kind: STILL_TRUE, level: 0 }), "AAPL 201.35, still above 200.00"],
    ["a return", of({ kind: BACK_TO_NORMAL, price: 198.9, level: 0 }), "AAPL 198.90, back below 200.00"],
    [
      "a return between two levels",
      of({ kind: BACK_TO_NORMAL, level: 0, sentence: "AAPL from 180.00 to 200.00 USD, every time" }),
      "AAPL 201.35, no longer from 180.00 to 200.00 USD",
    ],
    ["a notice", of({ kind: EXPIRED }), "AAPL: 1 alert expired: at or above 200.00 USD"],
    [
      "notices",
      of({ kind: EXPIRED }, { kind: HELD }, { kind: STOPPED }, { kind: EXPIRED }),
      "AAPL: on hold, 2 alerts expired, 1 alert stopped",
    ],
    ["a fire among notices", of({ kind: EXPIRED }, { kind: UNSPECIFIED }), "AAPL 201.35, above 200.00, and 1 more"],
    ["what a newer server tells", of({ kind: 99 as TriggerKind }), "AAPL: 1 alert changed: at or above 200.00 USD"],
    [
      "a rule for many symbols",
      of({ sentence: "Any of AAPL, MSFT, TSCO.LON at or above 200.00 USD, once each" }),
      "AAPL 201.35, above 200.00",
    ],
    ["no known level", of({ level: 0, sentence: "AAPL does as it likes, once" }), "AAPL 201.35, does as it likes"],
    ["a name of other letters", { symbol: "ÄÖÜ", ...of({ symbol: "ÄÖÜ" }) }, "AOU 201.35, above 200.00"],
  ];
  for (const [what, mail, subject] of cases) {
    it(`tells of ${what}: "${subject}"`, () => expect(alertsSubject(mail)).to.equal(subject));
  }

  it("does not tell the change of another day", () => {
    const latestQuote = sampleQuote({ quoteTime: new Date("2026-11-06T14:30:00Z") });
    expect(alertsSubject({ ...of({}), ...day, latestQuote })).to.equal("AAPL 201.35, above 200.00");
    const sealTime = new Date("2026-11-06T06:00:00Z"); // past midnight in New York
    expect(alertsSubject({ ...of({}), ...day, sealTime })).to.equal("AAPL 201.35, above 200.00 (+1.18% that day)");
  });

  it("is at most 78 characters where it can be", () => {
    const price = 123_456_789.123456;
    const trigger = { symbol: "ABCDEFGHIJKLMNO.LON", price, level: 123_456_788.123456 };
    const long = of(trigger, trigger);
    const full = { ...long, ...day, previousClose: 123_456_000 };
    expect(alertsSubject(full)).to.equal("ABCDEFGHIJKLMNO.LON 123456789.123456, above 123456788.123456, and 1 more");
    const longest = of({ symbol: "X".repeat(99), price: 999_999_999_999, level: 1e-12 });
    expect(alertsSubject(longest).length).to.be.below(100);
  });
});

describe("the subject of a digest", () => {
  it("begins with the symbol that is the furthest past its level", () => {
    const far = { symbol: "TSLA", ...of({ symbol: "TSLA", price: 300 }) };
    expect(digestSubject(of({}), far, of({ kind: EXPIRED }))).to.equal(
      "Digest: TSLA 300.00 above 200.00, and 2 more symbols",
    );
    expect(digestSubject(of({}), { symbol: "MSFT", ...of(SIMULATED) })).to.match(/, and 1 more symbol \(simulated\)$/);
  });

  it("tells notices where nothing fired", () => {
    const expired = of({ kind: EXPIRED }, { kind: EXPIRED });
    expect(digestSubject(expired, { symbol: "B", ...expired })).to.equal(
      "Digest: AAPL: 2 alerts expired, and 1 more symbol",
    );
  });

  it("is one symbol's where there is but one", () => {
    expect(digestSubject(of({ kind: FIRED }))).to.equal("Digest: AAPL 201.35 above 200.00");
    expect(digestSubject()).to.equal("Digest");
  });
});
