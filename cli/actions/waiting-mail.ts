// What an alert fired and nobody was mailed yet: whoever looks at the alert sees that, and what holds it.
import { AppError } from "../../domain/error.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { Alert } from "../../proto/gen/tickerbell/v1/alert.ts";
import type { Notification } from "../../proto/gen/tickerbell/v1/notification.ts";
import { NotificationServiceService as notificationService } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import type { Api } from "../api.ts";
import { renderShortTime } from "../render/time.ts";
import { filterFrom } from "./filter.ts";
import { standingText } from "./hold-text.ts";
import { isFire } from "./trigger-text.ts";

/** One waits for each symbol at most, and a rule has no more symbols. */
const MOST_WAITING = 1_000;

/** The notifications that hold fires of the alert and wait; none when the server does not tell. */
export async function readWaiting(api: Api, alert: Alert): Promise<readonly Notification[]> {
  if (alert.lastFireTime === undefined) return [];
  const symbol = alert.symbols.length === 0 ? alert.symbol : undefined;
  const filter = filterFrom({ symbol, state: "WAITING" });
  try {
    const request = { filter, pageSize: MOST_WAITING, pageToken: "" };
    const { notifications } = await api.unary(notificationService.listNotifications, request);
    return notifications.filter(({ triggers }) => triggers.some((trigger) => isOf(trigger, alert.id)));
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}

/** `AAPL fired 15:02 UTC: HELD until 16:00 UTC (cooldown)` */
export function waitingTexts(waiting: readonly Notification[], alertId: string, now: TimeMs): readonly string[] {
  return waiting.map((one) => {
    const fire = one.triggers.findLast((trigger) => isOf(trigger, alertId));
    const time = (moment: Date | undefined): string => renderShortTime(moment, now);
    return `${one.symbol} fired ${time(fire?.fireTime)}: ${standingText(one, time)}`;
  });
}

function isOf(trigger: Notification["triggers"][number], alertId: string): boolean {
  return trigger.alertId === alertId && isFire(trigger);
}
