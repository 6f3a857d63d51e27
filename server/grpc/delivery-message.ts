import { tradingMsSince } from "../../domain/calendar/price-age.ts";
import { LEASE_MS } from "../../domain/notifying/delivery-limits.ts";
import type { TimeMs } from "../../domain/time.ts";
import { durationToProto } from "../../proto/convert/duration.ts";
import { holdNoticeToProto } from "../../proto/convert/price-doubt.ts";
import { quoteToProto } from "../../proto/convert/quote.ts";
import { TriggerKind, type Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import { AccountNotice, type Delivery } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import type { SealedDelivery, TriggerRecord } from "../store.ts";

/** A sealed delivery for the wire. */
export function deliveryToProto(delivery: SealedDelivery, announceSending: boolean): Delivery {
  return {
    notificationId: delivery.notificationId,
    leaseToken: delivery.token,
    leaseDuration: durationToProto(LEASE_MS),
    announceSending,
    messageId: delivery.messageId,
    mailDate: new Date(delivery.dateMs),
    mimeBoundary: delivery.boundary,
    toAddress: delivery.toAddress,
    content: contentToProto(delivery),
  };
}

/** A trigger for the wire. */
export function triggerToProto(trigger: TriggerRecord): Trigger {
  return {
    id: trigger.id,
    alertId: trigger.alertId,
    symbol: trigger.quote.symbol,
    sentence: trigger.sentence,
    note: trigger.note,
    level: trigger.level,
    price: trigger.price,
    quote: quoteToProto(trigger.quote, trigger.seq),
    fireTime: new Date(trigger.fireTimeMs),
    judgeTime: new Date(trigger.judgeTimeMs),
    kind: TriggerKind[trigger.kind],
    hold: holdNoticeToProto(trigger.hold),
    tradingDelay: undefined,
  };
}

/** The mail says how late it is by the market's time as well. */
function mailedTriggerToProto(trigger: TriggerRecord, sealTimeMs: TimeMs): Trigger {
  const { quote, fireTimeMs } = trigger;
  const tradingMs = tradingMsSince({ ...quote, asOfMs: fireTimeMs }, sealTimeMs);
  return { ...triggerToProto(trigger), tradingDelay: durationToProto(tradingMs) };
}

function contentToProto({ content, dateMs }: SealedDelivery): Delivery["content"] {
  switch (content.kind) {
    case "triggers": {
      const { symbol, triggers } = content;
      const mailed = triggers.map((trigger) => mailedTriggerToProto(trigger, dateMs));
      const value = { symbol, triggers: mailed, sealTime: new Date(dateMs) };
      return { $case: "triggerMail", value };
    }
    case "verification":
      return { $case: "verificationMail", value: { code: content.code, expireTime: new Date(content.expireTimeMs) } };
    case "passwordReset":
      return { $case: "passwordResetMail", value: { code: content.code, expireTime: new Date(content.expireTimeMs) } };
    case "accountNotice": {
      const { notice, timeMs, timeZone } = content;
      const value = { notice: AccountNotice[notice], time: new Date(timeMs), timeZone };
      return { $case: "accountNoticeMail", value };
    }
  }
}
