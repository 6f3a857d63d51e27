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
  };
}
