import type Database from "better-sqlite3";
import { COOLDOWN_MS, LEASE_MS } from "../../domain/notifying/delivery-limits.ts";
import { noticeKindOf, type OperatorNotice } from "../../domain/operator-notice.ts";
import { DAY_MS, type TimeMs } from "../../domain/time.ts";
import type { MailContent, SymbolPart, TriggersMail, WaitReason } from "../mail-content.ts";
import { accountMailFromRow } from "./account-mails.ts";
import { MailFacts } from "./mail-facts.ts";
import type { NotificationRow } from "./notification-rows.ts";
import { NOTICES_OF } from "./operator-notices.ts";

/** A mail is kept for so long after it went, for its user to look at. */
const KEPT_MS = 30 * DAY_MS;

/** The mails to users as they were sealed, and how they count for the ceilings. Runs inside transactions. */
export class SealedMails {
  readonly #facts: MailFacts;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database) {
    this.#facts = new MailFacts(db);
    this.#sql = statements(db);
  }

  /** What a mail of these notifications of one user says from now on, under the Message-ID; an account mail says what its row does. */
  seal(rows: readonly NotificationRow[], messageId: string, now: TimeMs): MailContent {
    const [first] = rows;
    if (first === undefined) throw new Error("a mail of nothing"); // a defect
    if (first.symbol === null) return accountMailFromRow(first);
    const content = this.#contentOf(first, rows, now);
    this.#sql.insert.run({
      messageId,
      userId: first.user_id,
      content: JSON.stringify(content),
      countTime: now + LEASE_MS,
    });
    return content;
  }

  /** What a sealed mail says; null when it is kept no more. */
  contentOf({ symbol, message_id: messageId, ...row }: NotificationRow): MailContent | null {
    if (symbol === null) return accountMailFromRow({ ...row, symbol, message_id: messageId });
    const content = this.#sql.content.get(messageId) as string | undefined;
    return content === undefined ? null : (JSON.parse(content) as MailContent);
  }

  /** It is handed out again, and may be taken until the lease ends. */
  repeat(messageId: string, now: TimeMs): void {
    this.#sql.count.run(now + LEASE_MS, messageId);
  }

  /** It was taken now. */
  take(messageId: string, now: TimeMs): void {
    this.#sql.count.run(now, messageId);
  }

  /** It was certainly not taken, and its notifications are open again. */
  drop(messageId: string): void {
    this.#sql.drop.run(messageId);
  }

  /** Some of those that went long ago; never one that may still be repeated. */
  forgetOld(now: TimeMs): void {
    this.#sql.forgetOld.run(now - KEPT_MS);
  }

  #contentOf(first: NotificationRow, rows: readonly NotificationRow[], now: TimeMs): MailContent {
    const timeZone = (this.#sql.timeZone.get(first.user_id) ?? "UTC") as string;
    const forReader = { timeZone, nextMailTimeMs: now + COOLDOWN_MS };
    const notice = noticeKindOf(first.symbol ?? "");
    if (notice !== null)
      return { kind: "operator", notice, notices: this.#sql.notices.all(first.id) as OperatorNotice[], ...forReader };
    const parts: readonly SymbolPart[] = rows.map((row) => this.#facts.partOf(row.symbol ?? "", row.id));
    const mail: TriggersMail = { kind: "triggers", parts, waitReason: waitReasonOf(first, parts), ...forReader };
    return mail;
  }
}

/** What its user's wishes or a ceiling held back, or the symbol's cooldown, which had not ended when the first of it fired. */
function waitReasonOf(row: NotificationRow, [first]: readonly SymbolPart[]): WaitReason | null {
  const firedMs = first?.triggers[0]?.judgeTimeMs ?? Infinity;
  return row.hold_reason ?? ((row.cooldown_before_wall ?? -Infinity) > firedMs ? "COOLDOWN" : null);
}

function statements(db: Database.Database) {
  return {
    insert: db.prepare("INSERT INTO sealed_mails VALUES (@messageId, @userId, @content, @countTime)"),
    content: db.prepare("SELECT content FROM sealed_mails WHERE message_id = ?").pluck(),
    count: db.prepare("UPDATE sealed_mails SET count_time = ? WHERE message_id = ?"),
    drop: db.prepare("DELETE FROM sealed_mails WHERE message_id = ?"),
    forgetOld: db.prepare(
      `DELETE FROM sealed_mails WHERE message_id IN (SELECT message_id FROM sealed_mails WHERE count_time < ?
         AND NOT EXISTS (SELECT 1 FROM notifications WHERE notifications.message_id = sealed_mails.message_id AND end_time IS NULL)
         ORDER BY count_time LIMIT 100)`,
    ),
    timeZone: db.prepare("SELECT time_zone FROM users WHERE id = ?").pluck(),
    notices: db.prepare(NOTICES_OF),
  };
}
