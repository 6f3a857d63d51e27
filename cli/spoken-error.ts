import { AppError } from "../domain/error.ts";

/** What a person typed for a field of the contract. `[3]` after a field is its place in a list. */
const SPOKEN: Readonly<Record<string, string>> = {
  text: "condition",
  "alert.symbol": "symbol",
  "alert.condition": "condition",
  "alert.repeat": "--repeat",
  "alert.already_true": "--already-true",
  "alert.band_percent": "--band",
  "alert.rearm_for": "--rearm-for",
  "alert.max_fires": "--max-fires",
  "alert.confirm": "--confirm",
  "alert.session": "--session",
  "alert.expire_time": "--expires",
  "alert.remind_every": "--remind-every",
  "alert.note": "--note",
  "alert.tags": "--tag",
  "alert.id": "id",
  ids: "id",
  symbols: "symbol",
  period: "--period",
  start_time: "--since",
  end_time: "--until",
  until_time: "--until",
  at_time: "--at",
  limit: "--limit",
  page_size: "--limit",
  time_zone: "--time-zone",
  "user.time_zone": "--time-zone",
  "user.mail_settings.quiet_hours.from": "quiet hours",
  "user.mail_settings.quiet_hours.until": "quiet hours",
  "user.mail_settings.digest.at": "digest",
  "user.mail_settings.snooze_until_time": "snooze",
  current_password: "current password",
  new_password: "password",
  expire_time: "--expires",
  name: "name",
  note: "--note",
  last: "--last",
  action: "--action",
  email_part: "--find",
  alert_limit: "alerts",
};

/** The same error in the words of the command line; `fields` keeps the contract's, for programs. Anything else comes back as it is. */
export function spokenError(error: unknown): unknown {
  if (!(error instanceof AppError) || !error.fields.some(({ field }) => field !== spoken(field))) return error;
  const { code, reason, hint, fields, retryAfterMs } = error;
  const message = fields.map((problem) => `${spoken(problem.field)}: ${problem.message}`).join("; ");
  return new AppError(code, reason, message, {
    hint,
    fields,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    cause: error,
  });
}

function spoken(field: string): string {
  return SPOKEN[field.replace(/\[\d+\]$/, "")] ?? field;
}
