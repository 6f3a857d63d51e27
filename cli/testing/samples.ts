// For tests: messages as a server would send them.
import { Alert, AlertSession, AlertState, AlreadyTrue, Repeat } from "../../proto/gen/tickerbell/v1/alert.ts";
import type { ListAlertsResponse } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { Notification, NotificationState } from "../../proto/gen/tickerbell/v1/notification.ts";
import { Quote, SessionClass } from "../../proto/gen/tickerbell/v1/quote.ts";

export const ALERT_ID = "8c1f02ab-1111-4222-8333-444455556666";
export const OTHER_ALERT_ID = "8c1f9999-1111-4222-8333-444455556666";

export function sampleAlert(changes: Partial<Alert> = {}): Alert {
  return Alert.fromPartial({
    id: ALERT_ID,
    symbol: "AAPL",
    condition: { kind: { $case: "above", value: { level: 200 } } },
    repeat: Repeat.ONCE,
    alreadyTrue: AlreadyTrue.WAIT,
    bandPercent: "0.5",
    confirm: 1,
    session: AlertSession.REGULAR,
    state: AlertState.ARMED,
    sentence: "AAPL is at or above 200.00",
    createTime: new Date("2026-11-22T14:30:00Z"),
    updateTime: new Date("2026-11-22T14:30:00Z"),
    etag: "e1",
    ...changes,
  });
}

/** A page of alerts, of as many as a user has. */
export function samplePage(alerts: readonly Alert[], nextPageToken = ""): ListAlertsResponse {
  return { alerts: [...alerts], nextPageToken, alertCount: alerts.length, alertLimit: 1_000 };
}

export function sampleQuote(changes: Partial<Quote> = {}): Quote {
  return Quote.fromPartial({
    symbol: "AAPL",
    source: "simulator",
    period: { seconds: 60, nanos: 0 },
    quoteTime: new Date("2026-11-22T14:30:00Z"),
    open: 199.5,
    high: 201.25,
    low: 199,
    close: 201,
    volume: 1200,
    sessionClass: SessionClass.ALWAYS,
    fetchTime: new Date("2026-11-22T14:30:42Z"),
    currency: "USD",
    seq: 7,
    ...changes,
  });
}

export function sampleNotification(changes: Partial<Notification> = {}): Notification {
  return Notification.fromPartial({
    id: "5b1e8c70-1111-4222-8333-444455556666",
    symbol: "AAPL",
    state: NotificationState.SENT,
    createTime: new Date("2026-11-22T14:30:43Z"),
    endTime: new Date("2026-11-22T14:30:44Z"),
    attemptCount: 1,
    messageId: "<5b1e8c70@tickerbell>",
    triggers: [
      {
        id: "t1",
        alertId: ALERT_ID,
        symbol: "AAPL",
        sentence: "AAPL is at or above 200.00",
        note: "sell half",
        level: 200,
        price: 201,
        quote: sampleQuote(),
        fireTime: new Date("2026-11-22T14:30:42Z"),
        judgeTime: new Date("2026-11-22T14:30:43Z"),
      },
    ],
    ...changes,
  });
}
