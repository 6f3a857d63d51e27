import { Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import { Delivery, TriggerMail, type ChartPoint } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";

/** The changes of a trigger whose price is simulated. */
export const SIMULATED = { quote: sampleQuote({ source: "simulator" }) };

/** A bar of a minute that ended at 14:31 UTC, with whatever a test wants different. */
export function sampleQuote(changes: Parameters<typeof Quote.fromPartial>[0] = {}): Quote {
  return Quote.fromPartial({
    symbol: "AAPL",
    source: "alpha-vantage",
    period: { seconds: 60 },
    quoteTime: new Date("2026-11-05T14:30:00Z"),
    fetchTime: new Date("2026-11-05T14:31:00Z"),
    close: 201.35,
    currency: "USD",
    ...changes,
  });
}

/** An alert that fired at 14:31 UTC, with whatever a test wants different. */
export function sampleTrigger(changes: Parameters<typeof Trigger.fromPartial>[0] = {}): Trigger {
  return Trigger.fromPartial({
    id: "trigger-1",
    alertId: "alert-1",
    symbol: "AAPL",
    sentence: "AAPL at or above 200.00 USD, once",
    note: "sell half",
    level: 200,
    price: 201.35,
    quote: sampleQuote(),
    fireTime: new Date("2026-11-05T14:31:00Z"),
    judgeTime: new Date("2026-11-05T14:31:01Z"),
    ...changes,
  });
}

/** Closes of the two hours until then, the last one 201.35. */
export function samplePoints(): ChartPoint[] {
  const endMs = Date.parse("2026-11-05T14:31:00Z");
  return Array.from({ length: 120 }, (_, at) => {
    const wave = Math.sin(at / 7) * 0.8 + Math.sin(at / 2.3) * 0.35;
    const price = at === 119 ? 201.35 : Math.round((197.4 + (at / 119) ** 2 * 3.6 + wave) * 100) / 100;
    return { time: new Date(endMs - (119 - at) * 60_000), price };
  });
}

/** The alerts of one symbol as they were sealed at 14:31:02 UTC, with whatever a test wants different. */
export function sampleTriggerMail(changes: Parameters<typeof TriggerMail.fromPartial>[0] = {}): TriggerMail {
  const sealTime = new Date("2026-11-05T14:31:02Z");
  return TriggerMail.fromPartial({ symbol: "AAPL", triggers: [sampleTrigger()], sealTime, ...changes });
}

/** A sealed delivery of one trigger on a lease of 45 s, with whatever a test wants different. */
export function sampleDelivery(changes: Parameters<typeof Delivery.fromPartial>[0] = {}): Delivery {
  return Delivery.fromPartial({
    notificationId: "notification-1",
    leaseToken: 1,
    leaseDuration: { seconds: 45 },
    messageId: "<notification-1.1@bell.example.com>",
    mailDate: new Date("2026-11-05T14:31:02Z"),
    mimeBoundary: "0123456789abcdef",
    toAddress: "ann@example.com",
    content: { $case: "triggerMail", value: sampleTriggerMail() },
    ...changes,
  });
}
