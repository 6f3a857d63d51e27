import type Database from "better-sqlite3";
import { setImmediate } from "node:timers/promises";

/** So many rows are read at once: prices and others' calls come in between. */
const ROWS_AT_ONCE = 200;

/** A table of which some rows are the user's: the columns that are told, by name, so that nothing secret is told by mistake. */
interface ExportedTable {
  readonly type: string;
  /** A row's place, for going on after it; never null. */
  readonly place: string;
  readonly columns: string;
  readonly from: string;
}

const OWN = "WHERE user_id = @userId";
const OF_ALERTS = (table: string) =>
  `FROM ${table} AS x JOIN alerts ON alerts.row = x.alert WHERE alerts.user_id = @userId`;
const QUOTE = "source, period_ms, quote_time, open, high, low, close, volume, session_class, fetch_time";

/**
 * What is told of every table that holds something of a user. Of mails and their attempts, those of the user's notifications; what is kept of
 * account mails goes with the week.
 */
export const EXPORTED_TABLES: Readonly<Record<string, ExportedTable>> = {
  users: {
    type: "account",
    place: "id",
    columns: `id, email, create_time, time_zone, is_operator, suspend_time, alert_limit, strikes AS address_refusals, quiet_from, quiet_until,
      digest_mode, digest_at, snooze_until AS snooze_until_time`,
    from: "FROM users WHERE id = @userId",
  },
  sessions: {
    type: "session",
    place: "id",
    columns:
      "id, create_time, last_use_time, last_address, client, refresh_expire_time AS expire_time, life_end_time, end_time",
    from: `FROM sessions ${OWN}`,
  },
  access_tokens: {
    type: "access_token",
    place: "id",
    columns: "id, name, create_time, expire_time, last_use_time, last_address",
    from: `FROM access_tokens ${OWN}`,
  },
  password_resets: {
    type: "password_reset",
    place: "code_hash",
    columns: "create_time, expire_time",
    from: `FROM password_resets ${OWN}`,
  },
  known_addresses: {
    type: "known_address",
    place: "address",
    columns: "address, last_time",
    from: `FROM known_addresses ${OWN}`,
  },
  alerts: {
    type: "alert",
    place: "row",
    columns: `id, symbol, symbols, kind, direction, level, upper_level, for_ms, repeat, max_fires, already_true, band_percent, rearm_for_ms,
      confirm, session, expire_time, is_urgent, remind_every_ms, tells_when_back, note, tags, create_time, update_time, revision, state, edge, fire_count, paused_until AS paused_until_time, owes_back, reminder_count,
      last_fire_time, request_id`,
    from: `FROM alerts ${OWN}`,
  },
  alert_changes: {
    type: "alert_change",
    place: "x.alert * 1000000000 + x.version",
    columns: "alerts.id AS alert_id, alerts.symbol, x.version, x.state, x.reason, x.time AS change_time",
    from: OF_ALERTS("alert_changes"),
  },
  triggers: {
    type: "trigger",
    place: "x.row",
    columns: `x.id, alerts.id AS alert_id, x.kind, x.notification_id, x.in_mail, x.sentence, x.note, x.level, x.price, x.fire_time, x.judge_time,
      x.symbol, ${QUOTE.replace(/(\w+)/g, "x.$1")}`,
    from: OF_ALERTS("triggers"),
  },
  notifications: {
    type: "notification",
    place: "row",
    columns:
      "id, symbol, to_address, state, reason, reply, is_urgent, hold_reason, due_time, attempts, message_id, mail_date AS mail_time, create_time, end_time",
    from: `FROM notifications ${OWN}`,
  },
  sealed_mails: {
    type: "mail",
    place: "message_id",
    columns: "message_id, count_time, content",
    from: `FROM sealed_mails ${OWN}`,
  },
  operator_notices: {
    type: "operator_notice",
    place: "x.row",
    columns: "x.id, x.notification_id, x.kind, x.about, x.notice_time, x.detail",
    from: "FROM notifications JOIN operator_notices AS x ON x.notification_id = notifications.id WHERE user_id = @userId",
  },
  delivery_attempts: {
    type: "delivery_attempt",
    place: "notifications.row * 1000000000 + x.token",
    columns: "x.notification_id, x.begin_time, x.end_time, x.reason, x.reply",
    from: "FROM notifications JOIN delivery_attempts AS x ON x.notification_id = notifications.id WHERE user_id = @userId",
  },
  cooldowns: {
    type: "cooldown",
    place: "symbol",
    columns: "symbol, open_wall AS open_time",
    from: `FROM cooldowns ${OWN}`,
  },
};

/** Tells everything that is kept of a user, in lines of JSON. Reads only. */
export class UserExport {
  readonly #tables: readonly { readonly type: string; readonly page: Database.Statement }[];

  constructor(db: Database.Database) {
    this.#tables = Object.values(EXPORTED_TABLES).map(({ type, place, columns, from }) => ({
      type,
      page: db.prepare(
        `SELECT ${place} AS place, ${columns} ${from} AND (@after IS NULL OR ${place} > @after) ORDER BY place LIMIT ${ROWS_AT_ONCE}`,
      ),
    }));
  }

  /** Some lines at a time. */
  async *lines(userId: string): AsyncGenerator<readonly string[], void> {
    for (const { type, page } of this.#tables) {
      for (let after: unknown = null, isMore = true; isMore;) {
        const rows = page.all({ userId, after }) as Record<string, unknown>[];
        if (rows.length > 0) yield rows.map((row) => lineOf(type, row));
        after = rows.at(-1)?.["place"] ?? null;
        isMore = rows.length === ROWS_AT_ONCE;
        await setImmediate(); // prices come first
      }
    }
  }
}

/** Times as everybody reads them, what is a list within a row as a list, and nothing of the place. */
function lineOf(type: string, row: Record<string, unknown>): string {
  return JSON.stringify({ type, ...row }, (key, value: unknown) => {
    if (key === "place") return undefined;
    if (typeof value === "number" && key.endsWith("_time")) return new Date(value).toISOString();
    return (key === "symbols" || key === "tags") && typeof value === "string" ? (JSON.parse(value) as unknown) : value;
  });
}
