// What a user changes of the account, as a request says it.
import { AppError } from "../../domain/error.ts";
import { FieldProblems } from "../../domain/field-problems.ts";
import type { MailSettings } from "../../domain/mail-settings.ts";
import { parseTimeZone } from "../../domain/time-zone.ts";
import { DAY_MS, type TimeMs } from "../../domain/time.ts";
import { digestFromProto, quietHoursFromProto } from "../../proto/convert/mail-settings.ts";
import type { UpdateCurrentUserRequest } from "../../proto/gen/tickerbell/v1/user_service.ts";
import type { UserChange } from "../user-store.ts";

const SETTINGS = "mail_settings";
const TIME_ZONE = "time_zone";
const QUIET_HOURS = `${SETTINGS}.quiet_hours`;
const DIGEST = `${SETTINGS}.digest`;
const SNOOZE = `${SETTINGS}.snooze_until_time`;
const PATHS: readonly string[] = [TIME_ZONE, QUIET_HOURS, DIGEST, SNOOZE];

/** Nobody means to hear nothing for longer. */
const LONGEST_SNOOZE_MS = 366 * DAY_MS;

/** The change that a request asks for. Throws AppError INVALID_ARGUMENT that names every bad field. */
export function userChangeFrom({ user, updateMask }: UpdateCurrentUserRequest, nowMs: TimeMs): UserChange {
  const paths = updateMask ?? [];
  checkMask(paths);
  const problems = new FieldProblems();
  const wishes = user?.mailSettings;
  const read = <Value>(path: string, usual: Value, parse: (field: string) => Value): Value | undefined => {
    const field = `user.${path}`;
    return paths.includes(path) ? problems.read(field, usual, () => parse(field)) : undefined;
  };
  const timeZone = read(TIME_ZONE, "", () => parseTimeZone(user?.timeZone ?? ""));
  const mailSettings = defined({
    quietHours: read(QUIET_HOURS, null, (field) => quietHoursFromProto(wishes?.quietHours, field)),
    digest: read(DIGEST, null, (field) => digestFromProto(wishes?.digest, field)),
    snoozeUntilMs: read(SNOOZE, null, (field) => snoozeFrom(wishes?.snoozeUntilTime, field, nowMs)),
  });
  problems.check();
  return { mailSettings, ...(timeZone === undefined ? {} : { timeZone }) };
}

function checkMask(paths: readonly string[]): void {
  if (paths.length > 0 && paths.every((path) => PATHS.includes(path))) return;
  const message = paths.length === 0 ? "must name at least one field" : "names a field that cannot be changed";
  throw AppError.invalidField("update_mask", "UPDATE_MASK", message, `These can be changed: ${PATHS.join(", ")}.`);
}

/** A time that is past ends a snooze. */
function snoozeFrom(time: Date | undefined, field: string, nowMs: TimeMs): TimeMs | null {
  if (time === undefined) return null;
  const timeMs = time.getTime();
  if (timeMs <= nowMs) return null;
  if (timeMs <= nowMs + LONGEST_SNOOZE_MS) return timeMs;
  throw AppError.invalidField(field, "FIELD_INVALID", "must be within a year from now");
}

/** Only what is to be changed. */
function defined(wishes: {
  readonly [Key in keyof MailSettings]: MailSettings[Key] | undefined;
}): Partial<MailSettings> {
  return Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined));
}
