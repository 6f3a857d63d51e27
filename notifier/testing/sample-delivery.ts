import { Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import { Delivery } from "../../proto/gen/tickerbell/v1/notification_service.ts";

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
    quote: { symbol: "AAPL", source: "alpha-vantage", close: 201.35, currency: "USD" },
    fireTime: new Date("2026-11-05T14:31:00Z"),
    judgeTime: new Date("2026-11-05T14:31:01Z"),
    ...changes,
  });
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
    content: {
      $case: "triggerMail",
      value: { symbol: "AAPL", triggers: [sampleTrigger()], sealTime: new Date("2026-11-05T14:31:02Z") },
    },
    ...changes,
  });
}
