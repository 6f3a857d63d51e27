import { MAILS_A_DAY, MAILS_AN_HOUR } from "../domain/notifying/mail-hold.ts";
import { HoldReason } from "../proto/gen/tickerbell/v1/notification.ts";

/** Why a mail about `what` did not go at once; empty if it did, or nobody told why. */
export function waitWords(reason: HoldReason, what: string): string {
  switch (reason) {
    case HoldReason.COOLDOWN:
      return `held for the hour after the mail before about ${what}`;
    case HoldReason.BACK_OFF:
      return "the mail server did not take it at first";
    case HoldReason.QUIET_HOURS:
      return "held until the end of your quiet hours";
    case HoldReason.SNOOZED:
      return "held while you had snoozed mail";
    case HoldReason.DIGEST:
      return "held for your digest";
    case HoldReason.HOURLY_CEILING:
      return `held because you had ${MAILS_AN_HOUR} mails within the hour`;
    case HoldReason.DAILY_CEILING:
      return `held because you had ${MAILS_A_DAY} mails within the day`;
    case HoldReason.ADDRESS_REFUSED:
      return "held until your address was proved anew: it had refused mail";
    case HoldReason.MAIL_SERVER:
      return "held while the mail server took no mail";
    default:
      return "";
  }
}
