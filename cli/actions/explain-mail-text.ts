// How the mail of an alert stands: what of it waits, until when, and why.
import { COOLDOWN_MS } from "../../domain/notifying/delivery-limits.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { SymbolExplanation } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { HoldReason, type Notification } from "../../proto/gen/tickerbell/v1/notification.ts";
import { renderShortTime } from "../render/time.ts";
import { holdReasonText, standingText } from "./hold-text.ts";
import { isFire } from "./trigger-text.ts";

/** `fired 15:02 UTC; its mail is HELD until 16:00 UTC (cooldown): you had one about AAPL at 15:00 UTC`. */
export function mailText(told: SymbolExplanation, alertId: string, now: TimeMs): string {
  const { waitingNotification: waiting, mailDetail } = told;
  if (waiting === undefined) return mailDetail === "" ? "goes at once" : mailDetail;
  const time = (moment: Date | undefined): string => renderShortTime(moment, now);
  const own = waiting.triggers.filter((trigger) => trigger.alertId === alertId && isFire(trigger)).at(-1);
  const subject = own === undefined ? "what fires now joins a mail that" : `fired ${time(own.fireTime)}; its mail`;
  if (waiting.holdReason === HoldReason.UNSPECIFIED) return `${subject} goes at once`;
  return `${subject} is ${standingText(waiting, time)}: ${whyText(waiting, told, now)}`;
}

/** A cooldown is told by the mail that began it, where that is known: after a restore there was none. */
function whyText(waiting: Notification, { symbol, lastMailTime }: SymbolExplanation, now: TimeMs): string {
  const { holdReason, heldUntilTime } = waiting;
  const hourBefore = (heldUntilTime?.getTime() ?? 0) - COOLDOWN_MS;
  const isKnown =
    holdReason === HoldReason.COOLDOWN && Math.abs((lastMailTime?.getTime() ?? 0) - hourBefore) < SLACK_MS;
  return isKnown ? `you had one about ${symbol} at ${renderShortTime(lastMailTime, now)}` : holdReasonText(waiting);
}

/** The wall clock of the mail and the hour's own may differ by so much. */
const SLACK_MS = 60_000;
