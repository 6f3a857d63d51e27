import { AppError } from "./error.ts";
import type { TimeMs } from "./time.ts";

/** A minute of the day by the user's clocks: 0 to 1,439. */
export type MinuteOfDay = number;

/** When mails that are gathered go: once a day, or after the close of the New York Stock Exchange. */
export type DigestSetting = { readonly kind: "daily"; readonly at: MinuteOfDay } | { readonly kind: "sessionClose" };

/** When a user wants mail. Urgent alerts pass all of it. */
export interface MailSettings {
  /** No mail from one minute of the day to another, which may be on the next day; null: none. Never the same twice. */
  readonly quietHours: { readonly from: MinuteOfDay; readonly until: MinuteOfDay } | null;
  /** Null: mails are not gathered. */
  readonly digest: DigestSetting | null;
  /** No mail until then; null, or past: not snoozed. */
  readonly snoozeUntilMs: TimeMs | null;
}

/** Of who said nothing. */
export const NO_MAIL_SETTINGS: MailSettings = { quietHours: null, digest: null, snoozeUntilMs: null };

const MINUTES_AN_HOUR = 60;
const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)$/;

/** A time of day such as `22:00` or `7:05`. Throws AppError INVALID_ARGUMENT FIELD_INVALID for the field. */
export function parseClock(text: string, field: string): MinuteOfDay {
  const [, hours, minutes] = CLOCK.exec(text.trim()) ?? [];
  if (hours !== undefined && minutes !== undefined) return Number(hours) * MINUTES_AN_HOUR + Number(minutes);
  throw AppError.invalidField(field, "FIELD_INVALID", "must be a time of day from 00:00 to 23:59", "Such as 22:00.");
}

/** `07:05`. */
export function formatClock(minute: MinuteOfDay): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / MINUTES_AN_HOUR))}:${two(minute % MINUTES_AN_HOUR)}`;
}
