// What is left after a trial, as plain rows: from the database's file, from the sink's book, from what the senders kept.
import Database from "better-sqlite3";
import { asOf, type Quote } from "../../domain/quote.ts";
import type { RecordedMail } from "./recording-sink.ts";

/** A version of a quote, wherever it is told of. */
export interface QuoteFact {
  readonly symbol: string;
  readonly quoteTimeMs: number;
  readonly close: number;
}

interface JudgedFact extends QuoteFact {
  readonly seq: number;
}

interface AlertFact {
  readonly row: number;
  readonly userId: string;
  readonly symbol: string;
  readonly level: number;
  readonly repeat: "once" | "every";
}

interface TriggerFact {
  /** The alert's row. */
  readonly alert: number;
  readonly seq: number;
  readonly price: number;
  readonly notificationId: string;
  readonly inMail: number | null;
}

interface NotificationFact {
  readonly id: string;
  readonly messageId: string | null;
  readonly state: string;
  readonly recipient: string | null;
  readonly symbol: string | null;
}

/** All of it. Times are milliseconds since the epoch. */
export interface Evidence {
  /** What senders were told is stored. */
  readonly acknowledged: readonly QuoteFact[];
  /** What was ever sent; null where nobody can tell. */
  readonly sent: readonly QuoteFact[] | null;
  /** Every version in the database, judged or not. */
  readonly stored: readonly QuoteFact[];
  /** In the order of judging. */
  readonly judged: readonly JudgedFact[];
  readonly alerts: readonly AlertFact[];
  readonly triggers: readonly TriggerFact[];
  readonly notifications: readonly NotificationFact[];
  readonly mails: readonly RecordedMail[];
  /** When something was killed. */
  readonly killTimesMs: readonly number[];
  /** What `PRAGMA integrity_check` says. */
  readonly integrity: string;
}

type DatabaseEvidence = Pick<Evidence, "stored" | "judged" | "alerts" | "triggers" | "notifications" | "integrity">;

/** Reads a database whose server has ended. */
export function readDatabase(file: string): DatabaseEvidence {
  const db = new Database(file, { readonly: true });
  try {
    const rows = <Row>(sql: string): Row[] => db.prepare(sql).all() as Row[];
    const quote = "symbol, quote_time AS quoteTimeMs, close";
    return {
      stored: rows(`SELECT ${quote} FROM quotes UNION ALL SELECT ${quote} FROM superseded_quotes`),
      judged: rows(`SELECT ${quote}, seq FROM judged_quotes ORDER BY seq`),
      alerts: rows("SELECT row, user_id AS userId, symbol, level, repeat FROM alerts"),
      triggers: rows(
        "SELECT alert, seq, price, notification_id AS notificationId, in_mail AS inMail FROM triggers ORDER BY row",
      ),
      notifications: rows(
        `SELECT notifications.id, message_id AS messageId, state, coalesce(to_address, users.email) AS recipient, symbol
         FROM notifications LEFT JOIN users ON users.id = user_id`,
      ),
      integrity: String(db.pragma("integrity_check", { simple: true })),
    };
  } finally {
    db.close();
  }
}

/** What identifies a version of a tick, and what it says. */
export function factOf(quote: Quote): QuoteFact {
  const { symbol, close } = quote;
  return { symbol, quoteTimeMs: asOf(quote), close };
}
