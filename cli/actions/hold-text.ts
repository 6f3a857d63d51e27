// What holds a notification back, in words: a person who waits for a mail is told why, and until when.
import { MAILS_A_DAY, MAILS_AN_HOUR } from "../../domain/notifying/mail-hold.ts";
import { HoldReason, NotificationState, type Notification } from "../../proto/gen/tickerbell/v1/notification.ts";
import { enumName } from "../render/enum-name.ts";

/** In a table. */
const SHORT: ReadonlyMap<HoldReason, string> = new Map([
  [HoldReason.COOLDOWN, "cooldown"],
  [HoldReason.BACK_OFF, "tried again"],
  [HoldReason.QUIET_HOURS, "quiet hours"],
  [HoldReason.SNOOZED, "snoozed"],
  [HoldReason.DIGEST, "digest"],
  [HoldReason.HOURLY_CEILING, `${MAILS_AN_HOUR} mails an hour`],
  [HoldReason.DAILY_CEILING, `${MAILS_A_DAY} mails a day`],
  [HoldReason.ADDRESS_REFUSED, "address refused"],
  [HoldReason.MAIL_SERVER, "mail server"],
]);

/** Where a notification stands: `SENT`; `HELD until 16:42 UTC (cooldown)` in place of WAITING, because being held is to be seen. */
export function standingText(notification: Notification, render: (time: Date) => string): string {
  const { state } = notification;
  const held = heldText(notification, render);
  const name = enumName(NotificationState, state);
  if (held === "") return name;
  return state === NotificationState.WAITING ? held : `${name}, ${held}`;
}

function heldText({ holdReason, heldUntilTime }: Notification, render: (time: Date) => string): string {
  if (holdReason === HoldReason.UNSPECIFIED && heldUntilTime === undefined) return "";
  const until = heldUntilTime === undefined ? "" : ` until ${render(heldUntilTime)}`;
  const reason = SHORT.get(holdReason);
  return `HELD${until}${reason === undefined ? "" : ` (${reason})`}`;
}

/** Why it is held, as a clause with what to do about it; empty when nothing holds it. */
export function holdReasonText({ holdReason, symbol }: Pick<Notification, "holdReason" | "symbol">): string {
  const settings = "./bell mail settings";
  switch (holdReason) {
    case HoldReason.COOLDOWN:
      return `a mail about ${symbol === "" ? "this" : symbol} went less than an hour before, or may have: there is at most one an hour`;
    case HoldReason.BACK_OFF:
      return "the mail server did not take it the last time; it is tried again by itself";
    case HoldReason.QUIET_HOURS:
      return `your quiet hours; what fires meanwhile comes in one mail (${settings})`;
    case HoldReason.SNOOZED:
      return "you have snoozed mail (./bell mail snooze off)";
    case HoldReason.DIGEST:
      return `you want one mail a day, and it is not time for it (${settings})`;
    case HoldReason.HOURLY_CEILING:
      return `you had ${MAILS_AN_HOUR} mails within an hour; what fires meanwhile comes in one mail`;
    case HoldReason.DAILY_CEILING:
      return `you had ${MAILS_A_DAY} mails within a day; what fires meanwhile comes in one mail`;
    case HoldReason.ADDRESS_REFUSED:
      return "your address refuses mail: prove it anew with ./bell register EMAIL and ./bell verify CODE";
    case HoldReason.MAIL_SERVER:
      return "the mail server takes no mail at all; ./bell mail check tells whoever runs it why, and when it takes mail again all goes on by itself";
    default:
      return "";
  }
}
