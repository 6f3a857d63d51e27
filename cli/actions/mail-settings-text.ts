// When a user's mail may come, in sentences: in the user's own zone, for that is what quiet hours and digests go by.
import { Zone } from "../../domain/calendar/zone.ts";
import type { MailSettings } from "../../domain/mail-settings.ts";
import { formatClock } from "../../domain/mail-settings.ts";
import { mailHold, MAILS_A_DAY, MAILS_AN_HOUR } from "../../domain/notifying/mail-hold.ts";
import type { TimeMs } from "../../domain/time.ts";
import { digestFromProto, quietHoursFromProto } from "../../proto/convert/mail-settings.ts";
import { DigestMode, type User } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { renderZoneTime } from "../render/zone-time.ts";

const NO_WISHES = "Mail comes as soon as something fires, at any hour.";
/** Of wishes alone: the hour of a symbol may hold a mail all the same. */
const NOT_NOW = "None of it holds mail just now.";
/** What no wish changes. */
const CEILINGS = `About one symbol there is at most one mail an hour; in all at most ${MAILS_AN_HOUR} an hour and ${MAILS_A_DAY} a day, and what is beyond comes in one.`;

/** Everything that decides when a user's mail comes, a sentence or two each. */
export function mailSettingsTexts(user: User, now: TimeMs): readonly string[] {
  return [...refusedTexts(user), ...wishTexts(user, now), CEILINGS];
}

/** The same after a change: what now holds. */
export function changedTexts(user: User, now: TimeMs): readonly string[] {
  return [...refusedTexts(user), ...wishTexts(user, now)];
}

/** That nothing is mailed to the user's address, and what mends it; empty when it takes mail. */
export function refusedTexts({ email, isAddressRefused }: Pick<User, "email" | "isAddressRefused">): readonly string[] {
  if (!isAddressRefused) return [];
  return [
    `No mail goes to ${email}: it was refused three times in a row.`,
    `Once it takes mail again, prove it anew: ./bell register ${email}, and bring the code back with ./bell verify CODE.`,
  ];
}

function wishTexts(user: User, now: TimeMs): readonly string[] {
  const { timeZone } = user;
  const settings = settingsOf(user);
  const zone = new Zone(timeZone);
  const at = (timeMs: TimeMs): string => renderZoneTime(timeMs, now, zone);
  const texts = [
    ...snoozeTexts(settings, now, (timeMs) => `${at(timeMs)} (${timeZone})`),
    ...quietTexts(settings, timeZone),
    ...digestTexts(settings, timeZone),
  ];
  if (texts.length === 0) return [NO_WISHES];
  const hold = mailHold({ sinceMs: now, isUrgent: false }, { timeZone, settings, mailTimesMs: [] }, now);
  return [...texts, hold === null ? NOT_NOW : `What fires now is mailed at ${at(hold.untilMs)} (${timeZone}).`];
}

function snoozeTexts({ snoozeUntilMs }: MailSettings, now: TimeMs, at: (timeMs: TimeMs) => string): readonly string[] {
  if (snoozeUntilMs === null || snoozeUntilMs <= now) return [];
  return [`No mail until ${at(snoozeUntilMs)}, but urgent alerts. What fires meanwhile comes in one mail then.`];
}

function quietTexts({ quietHours }: MailSettings, timeZone: string): readonly string[] {
  if (quietHours === null) return [];
  const [from, until] = [formatClock(quietHours.from), formatClock(quietHours.until)];
  return [
    `No mail from ${from} to ${until} (${timeZone}), but urgent alerts. What fires meanwhile comes in one mail at ${until}.`,
  ];
}

function digestTexts({ digest }: MailSettings, timeZone: string): readonly string[] {
  if (digest === null) return [];
  const when =
    digest.kind === "daily"
      ? `at ${formatClock(digest.at)} (${timeZone})`
      : "15 minutes after the New York Stock Exchange closes, on days on which it opens";
  return [`One mail a day with all that fired, ${when}. Urgent alerts come at once.`];
}

/** What a newer server tells that this version has no words for counts as nothing. */
function settingsOf({ mailSettings }: User): MailSettings {
  const digest = mailSettings?.digest;
  const isKnown = digest?.mode === DigestMode.DAILY || digest?.mode === DigestMode.SESSION_CLOSE;
  return {
    quietHours: quietHoursFromProto(mailSettings?.quietHours, "quiet_hours"),
    digest: isKnown ? digestFromProto(digest, "digest") : null,
    snoozeUntilMs: mailSettings?.snoozeUntilTime?.getTime() ?? null,
  };
}
