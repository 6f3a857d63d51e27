// Deliveries as a user of evil intent, or a broken server, would have them: every text, number and time in them may be anything.
import fc from "fast-check";
import { TriggerKind } from "../../proto/gen/tickerbell/v1/alert.ts";
import type { Delivery, TriggerMail } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { samplePoints, sampleDelivery } from "../../notifier/testing/sample-delivery.ts";

/** A guess: the true one is drawn by lot when the mail is sealed, after all its texts were written. */
const BOUNDARY = "fedcba9876543210";
const LONG = 5_000;

/** What has broken some mail program, template or filter before. */
const ATTACKS = [
  "\r\nBcc: eve@example.net",
  "\r\n\r\nAnother body",
  "\n.\r\nMAIL FROM:<eve@example.net>\r\n",
  `\r\n----_NmP-${BOUNDARY}-Part_1--\r\n`,
  `--_NmP-${BOUNDARY}-Part_1`,
  "<script>alert(1)</script>",
  '"><img src=https://example.net/x onerror=alert(1)>',
  "</td></tr></table><h1>Your account</h1>",
  "</title></head><body>",
  "<!--",
  "&lt;b&gt; &#60;b&#62; &amp;amp;",
  "<%= it.subject %> ${process.env} {{note}}",
  "=?utf-8?B?QmNjOiBldmVAZXhhbXBsZS5uZXQ=?=",
  "=0D=0ABcc: eve@example.net",
  "\u202egnp.exe\u2066",
  "\u2028  Price:  1.00 USD\u2029",
  "\0\u0007\u001b[31m\u0085",
  "\ud800",
  "\udc00x",
  "\ufeff\uffff",
  "e\u0301".repeat(50),
  "Ünïcødé 漢字 😀",
  "javascript:alert(1)",
  "cid:chart1",
  "Note: another\tSource: the Fed",
  "../../etc/passwd",
  "./bell alerts delete everything; rm -rf /",
  "  ",
  "",
  "x".repeat(LONG),
  "漢".repeat(LONG),
];

const PIECE = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ATTACKS) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
);
const text = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.constantFrom("AAPL", "BRK-B", "BTCUSDT", "TSCO.LON", "simulator", "USD", "Europe/Berlin"),
  },
  { weight: 2, arbitrary: fc.array(PIECE, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join("")) },
);
const number = fc.oneof(
  fc.double(),
  fc.double({ min: 100, max: 300, noNaN: true }),
  fc.constantFrom(200, 201.12, 0, -1, NaN, Infinity, 1e-12, 999_999_999_999, 1e300),
);
const time = fc.oneof(
  fc.date({ noInvalidDate: false }),
  fc.date({ min: new Date("2026-11-05T00:00:00Z"), max: new Date("2026-11-06T00:00:00Z") }),
  fc.constant(undefined),
);
const sentence = fc.oneof(
  text,
  fc.constantFrom("AAPL at or above 200.00 USD, once", "Any of A, B from 1.00 to 2.00 USD for 10m, every time"),
  fc.tuple(text, text).map(([symbol, rest]) => `${symbol} at or below 200.00 ${rest}, once`),
);
const kind = fc.oneof(fc.constant(TriggerKind.FIRED), fc.integer({ min: 0, max: 9 }));

const quote = fc.record({ source: text, currency: text, close: number, quoteTime: time, fetchTime: time });
const hold = fc.record({ ratio: text, acceptedPrice: number, heldPrice: number, end: fc.integer({ min: 0, max: 4 }) });
const trigger = fc.record({
  alertId: text,
  symbol: text,
  sentence,
  note: text,
  level: number,
  price: number,
  quote: fc.option(quote, { nil: undefined }),
  fireTime: time,
  kind,
  hold: fc.option(hold, { nil: undefined }),
  hasReverted: fc.boolean(),
});
const points = fc.oneof(
  fc.constant(samplePoints()),
  fc.array(fc.record({ time, price: number }), { maxLength: 10 }),
  fc.constant([]),
);
/** Mostly few; now and then more than a mail has room for. */
const several = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.array(one, { maxLength: 4 }) },
    {
      weight: 1,
      arbitrary: fc.tuple(one, fc.integer({ min: 5, max: 60 })).map(([it, count]) => Array<T>(count).fill(it)),
    },
  );
const alerts = fc.record({
  symbol: text,
  triggers: several(trigger),
  sealTime: time,
  timeZone: text,
  latestQuote: fc.option(quote, { nil: undefined }),
  previousClose: number,
  points,
  nextMailTime: time,
  holdReason: fc.integer({ min: 0, max: 11 }),
});
const notices = several(fc.record({ detail: text, time }));
const content = fc.oneof(
  { weight: 6, arbitrary: alerts.map((value) => ({ $case: "triggerMail", value })) },
  { weight: 3, arbitrary: several(alerts).map((parts) => ({ $case: "digestMail", value: { parts } })) },
  {
    weight: 2,
    arbitrary: fc
      .record({ kind: fc.integer({ min: 0, max: 8 }), notices, timeZone: text, sealTime: time, nextMailTime: time })
      .map((value) => ({ $case: "operatorMail", value })),
  },
  fc.record({ time, timeZone: text }).map((value) => ({ $case: "testMail", value })),
  fc.record({ code: text, expireTime: time }).map((value) => ({ $case: "verificationMail", value })),
  fc.record({ code: text, expireTime: time }).map((value) => ({ $case: "passwordResetMail", value })),
  fc
    .record({ notice: fc.integer({ min: 0, max: 6 }), time, timeZone: text })
    .map((value) => ({ $case: "accountNoticeMail", value })),
);
const address = fc.oneof(
  { weight: 6, arbitrary: fc.constant("ann@example.com") },
  { weight: 1, arbitrary: text.map((attack) => `ann@example.com${attack}`) },
  { weight: 1, arbitrary: text.map((attack) => `${attack}@example.com`) },
);

/** One after another by their seeds. */
export function hostileDelivery(seed: number): Delivery {
  const one = fc.record({ content, notificationId: text, toAddress: address });
  const [changes] = fc.sample(one, { seed, numRuns: 1 });
  return sampleDelivery(changes as Parameters<typeof Delivery.fromPartial>[0]);
}

/** The alerts that a delivery tells of, symbol by symbol. */
export function alertsIn({ content }: Delivery): readonly TriggerMail[] {
  if (content?.$case === "triggerMail") return [content.value];
  return content?.$case === "digestMail" ? content.value.parts : [];
}
