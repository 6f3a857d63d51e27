import type { DigestSetting, MailSettings } from "../../domain/mail-settings.ts";
import { isSuspended } from "../../domain/notifying/address-strikes.ts";
import type { UserRecord } from "../user-record.ts";

/** A row of `users`. */
export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly email_key: string;
  readonly password_hash: string;
  readonly strikes: number;
  readonly create_time: number;
  readonly time_zone: string;
  readonly is_operator: number;
  readonly suspend_time: number | null;
  readonly alert_limit: number | null;
  readonly quiet_from: number | null;
  readonly quiet_until: number | null;
  readonly digest_mode: "DAILY" | "SESSION_CLOSE" | null;
  readonly digest_at: number | null;
  readonly snooze_until: number | null;
}

/** The user of a row; null for no row. */
export function userFromRow(found: unknown): UserRecord | null {
  if (found === undefined) return null;
  const row = found as UserRow;
  return {
    id: row.id,
    email: row.email,
    passwordHash: row.password_hash,
    createTimeMs: row.create_time,
    timeZone: row.time_zone,
    isOperator: row.is_operator === 1,
    suspendTimeMs: row.suspend_time,
    alertLimit: row.alert_limit,
    mailSettings: mailSettingsFromRow(row),
    isAddressRefused: isSuspended(row.strikes),
  };
}

/** When the user wants mail. */
export function mailSettingsFromRow(row: UserRow): MailSettings {
  const { quiet_from: from, quiet_until: until } = row;
  return {
    quietHours: from === null || until === null ? null : { from, until },
    digest: digestFromRow(row),
    snoozeUntilMs: row.snooze_until,
  };
}

/** The columns of a user's wishes, by name, for a statement. */
export function mailSettingsColumns({ quietHours, digest, snoozeUntilMs }: MailSettings) {
  return {
    quiet_from: quietHours?.from ?? null,
    quiet_until: quietHours?.until ?? null,
    digest_mode: digest === null ? null : digest.kind === "daily" ? "DAILY" : "SESSION_CLOSE",
    digest_at: digest?.kind === "daily" ? digest.at : null,
    snooze_until: snoozeUntilMs,
  };
}

function digestFromRow({ digest_mode: mode, digest_at: at }: UserRow): DigestSetting | null {
  if (mode === null) return null;
  return mode === "DAILY" ? { kind: "daily", at: at ?? 0 } : { kind: "sessionClose" };
}
