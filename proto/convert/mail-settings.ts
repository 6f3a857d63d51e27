import { AppError } from "../../domain/error.ts";
import { formatClock, parseClock, type DigestSetting, type MailSettings } from "../../domain/mail-settings.ts";
import * as messages from "../gen/tickerbell/v1/user_service.ts";

/** A user's wishes for the wire. */
export function mailSettingsToProto({ quietHours, digest, snoozeUntilMs }: MailSettings): messages.MailSettings {
  return {
    quietHours:
      quietHours === null ? undefined : { from: formatClock(quietHours.from), until: formatClock(quietHours.until) },
    digest: digest === null ? undefined : digestToProto(digest),
    snoozeUntilTime: snoozeUntilMs === null ? undefined : new Date(snoozeUntilMs),
  };
}

function digestToProto(digest: DigestSetting): messages.Digest {
  if (digest.kind === "sessionClose") return { mode: messages.DigestMode.SESSION_CLOSE, at: "" };
  return { mode: messages.DigestMode.DAILY, at: formatClock(digest.at) };
}

/** Quiet hours from the wire; null for none. Throws AppError INVALID_ARGUMENT FIELD_INVALID. */
export function quietHoursFromProto(hours: messages.QuietHours | undefined, field: string): MailSettings["quietHours"] {
  if (hours === undefined) return null;
  const from = parseClock(hours.from, `${field}.from`);
  const until = parseClock(hours.until, `${field}.until`);
  if (from !== until) return { from, until };
  throw AppError.invalidField(`${field}.until`, "FIELD_INVALID", "must be another time than the beginning");
}

/** When gathered mails go, from the wire; null for at once. Throws AppError INVALID_ARGUMENT FIELD_INVALID. */
export function digestFromProto(digest: messages.Digest | undefined, field: string): DigestSetting | null {
  if (digest === undefined) return null;
  switch (digest.mode) {
    case messages.DigestMode.DAILY:
      return { kind: "daily", at: parseClock(digest.at, `${field}.at`) };
    case messages.DigestMode.SESSION_CLOSE:
      if (digest.at === "") return { kind: "sessionClose" };
      throw AppError.invalidField(`${field}.at`, "FIELD_INVALID", "must be empty: the exchange says when it closes");
    default:
      throw AppError.invalidField(`${field}.mode`, "FIELD_INVALID", "must be DAILY or SESSION_CLOSE");
  }
}
