import { tradingMsSince } from "../../domain/calendar/price-age.ts";
import { LEASE_MS } from "../../domain/notifying/delivery-limits.ts";
import type { TimeMs } from "../../domain/time.ts";
import { durationToProto } from "../../proto/convert/duration.ts";
import { holdNoticeToProto } from "../../proto/convert/price-doubt.ts";
import { holdReasonToProto, operatorNoticeToProto } from "../../proto/convert/notification.ts";
import { quoteToProto } from "../../proto/convert/quote.ts";
import { TriggerKind, type Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import { OperatorNoticeKind } from "../../proto/gen/tickerbell/v1/notification.ts";
import { AccountNotice, type Delivery, type TriggerMail } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import type { MailedTrigger, SymbolPart, TriggersMail } from "../mail-content.ts";
import type { SealedDelivery } from "../notification-store.ts";
import type { TriggerRecord } from "../trigger-record.ts";

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
    hasReverted: false,
  };
}

/** The mail says how late it is by the market's time as well. */
function mailedTriggerToProto(trigger: MailedTrigger, sealTimeMs: TimeMs): Trigger {
  const { quote, fireTimeMs, hasReverted } = trigger;
  const tradingMs = tradingMsSince({ ...quote, asOfMs: fireTimeMs }, sealTimeMs);
  return { ...triggerToProto(trigger), tradingDelay: durationToProto(tradingMs), hasReverted };
}

function partToProto(
  part: SymbolPart,
  { timeZone, nextMailTimeMs, waitReason }: TriggersMail,
  sealTimeMs: TimeMs,
): TriggerMail {
  const { symbol, latestQuote, previousClose, points } = part;
  return {
    symbol,
    triggers: part.triggers.map((trigger) => mailedTriggerToProto(trigger, sealTimeMs)),
    sealTime: new Date(sealTimeMs),
    timeZone,
    latestQuote: latestQuote === null ? undefined : quoteToProto(latestQuote, null),
    previousClose: previousClose ?? 0,
    points: points.map(({ timeMs, price }) => ({ time: new Date(timeMs), price })),
    nextMailTime: new Date(nextMailTimeMs),
    holdReason: holdReasonToProto(waitReason),
  };
}

function triggersToProto(mail: TriggersMail, sealTimeMs: TimeMs): Delivery["content"] {
  const parts = mail.parts.map((part) => partToProto(part, mail, sealTimeMs));
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0) return { $case: "triggerMail", value: first };
  return { $case: "digestMail", value: { parts } };
}

function contentToProto({ content, dateMs }: SealedDelivery): Delivery["content"] {
  switch (content.kind) {
    case "triggers":
      return triggersToProto(content, dateMs);
    case "operator": {
      const { notice, notices, timeZone, nextMailTimeMs } = content;
      const value = {
        kind: OperatorNoticeKind[notice],
        notices: notices.map(operatorNoticeToProto),
        sealTime: new Date(dateMs),
        timeZone,
        nextMailTime: new Date(nextMailTimeMs),
      };
      return { $case: "operatorMail", value };
    }
    case "test":
      return { $case: "testMail", value: { time: new Date(content.timeMs), timeZone: content.timeZone } };
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
