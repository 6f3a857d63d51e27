import type Database from "better-sqlite3";
import type { Instant } from "../../domain/notifying/cooldown.ts";
import type { BeginResult } from "../../domain/notifying/delivery.ts";
import { beginMail } from "../../domain/notifying/joint-mail.ts";
import type { AmbiguityPolicy } from "../../domain/notification.ts";
import { NOTIFICATION_LIFE_MS } from "../../domain/notifying/delivery-limits.ts";
import { expireNotification } from "../../domain/notifying/pair.ts";
import { domainOf, type DomainGate } from "../domain-pace.ts";
import type { MailContent } from "../mail-content.ts";
import type { SealedDelivery } from "../notification-store.ts";
import type { MailHolds } from "./mail-holds.ts";
import { MailTurns } from "./mail-turns.ts";
import type { NotificationRow } from "./notification-rows.ts";
import { pairKeyOf, type PairStore } from "./pair-store.ts";
import type { SealedMails } from "./sealed-mails.ts";
import type { Stamp } from "./transactions.ts";

interface MailBeginParts {
  readonly pairs: PairStore;
  readonly holds: MailHolds;
  readonly mails: SealedMails;
  readonly newId: () => string;
}

/** So many candidates are looked at for one hand-out; when all of them are held back or end, the next one goes on. */
const MOST_CANDIDATES = 50;

/** A notification that goes now, as the machine decided. */
interface Going {
  readonly id: string;
  readonly result: Exclude<BeginResult, { kind: "none" }>;
}

/** Finds what goes next, seals it and hands it out. Runs inside transactions. */
export class MailBegin {
  readonly #parts: MailBeginParts;
  readonly #turns: MailTurns;
  #isUnfinished = false;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database, parts: MailBeginParts) {
    this.#parts = parts;
    this.#turns = new MailTurns(db);
    this.#sql = statements(db);
  }

  /**
   * The next mail that can go through the gate; null when none can. A candidate may be held, or end, instead of going; then the next one is
   * looked at.
   */
  next(stamp: Stamp, policy: AmbiguityPolicy, gate: DomainGate): SealedDelivery | null {
    const { instant } = stamp;
    this.#isUnfinished = false;
    this.#turns.look(instant.monoMs);
    for (let candidates = 0; candidates < MOST_CANDIDATES; candidates += 1) {
      const row = this.#turns.next(instant.monoMs, gate);
      if (row === null) return null;
      const rows = this.#mailWith(row, instant);
      const going = rows.length === 0 ? [] : this.#begin(rows, instant, policy);
      if (going.length > 0) {
        const delivery = this.#handOut(going, stamp);
        gate.enter(domainOf(delivery.toAddress));
        return delivery;
      }
      if (this.#parts.pairs.row(row.id)?.ready_mono === row.ready_mono) {
        throw new Error(`notification ${row.id} is ready, but cannot go`); // a defect: else this would go round for ever
      }
    }
    this.#isUnfinished = true;
    return null;
  }

  /** When, by the monotonic clock, time alone lets next() find something that it has not found; null: never. */
  nextMono(): number | null {
    return this.#isUnfinished ? 0 : this.#turns.nextMono();
  }

  /** A mail of this notification for a notifier, or for its user to look at. */
  sealedDelivery(row: NotificationRow, content: MailContent): SealedDelivery {
    return {
      notificationId: row.id,
      token: row.token,
      messageId: row.message_id ?? "",
      dateMs: row.mail_date ?? 0,
      boundary: row.boundary ?? "",
      toAddress: row.to_address ?? "",
      content,
    };
  }

  /** What goes in one mail with the candidate; nothing when it is held, or has just ended as too late. */
  #mailWith(row: NotificationRow, instant: Instant): readonly NotificationRow[] {
    const { holds } = this.#parts;
    const missed = holds.missed(row, instant.wallMs);
    if (missed === null && this.#expire(row, instant)) return [];
    const hold = missed ?? holds.of(row, instant.wallMs);
    if (hold !== null) {
      holds.keep(row, hold, instant);
      return [];
    }
    if (row.state === "UNSURE") return this.#sql.unsureOfMail.all(row.message_id) as NotificationRow[];
    return holds.together(row, instant).filter((one) => one === row || !this.#expire(one, instant));
  }

  /** Ends what is too late before anything goes: a mail is of what all goes, or all ends. */
  #expire(row: NotificationRow, instant: Instant): boolean {
    const { pairs } = this.#parts;
    if (instant.wallMs < row.due_time + NOTIFICATION_LIFE_MS) return false;
    const key = pairKeyOf(row);
    const change = expireNotification(pairs.load(key), instant);
    pairs.save(key, change, instant.wallMs);
    return change.ended.some(({ id }) => id === row.id);
  }

  #begin(rows: readonly NotificationRow[], instant: Instant, policy: AmbiguityPolicy): readonly Going[] {
    const { pairs, newId } = this.#parts;
    const id = newId();
    const keys = rows.map(pairKeyOf);
    const sealing = {
      messageId: `<${id}@tickerbell>`,
      boundary: `bell-${id}`,
      isLive: (triggerId: string) => this.#sql.isLive.get({ id: triggerId }) !== 0, // an account mail is always told
    };
    const loaded = keys.map((key) => pairs.load(key));
    const results = beginMail(loaded, instant, policy, sealing);
    for (const [at, key] of keys.entries()) {
      const result = results[at];
      if (result !== undefined) pairs.save(key, result, instant.wallMs);
    }
    return results.flatMap((result) => (result.kind === "none" ? [] : [{ id: result.notification.id, result }]));
  }

  #handOut(going: readonly Going[], { now }: Stamp): SealedDelivery {
    const { mails, pairs } = this.#parts;
    for (const { id, result } of going) {
      this.#sql.beginAttempt.run(id, result.lease.token, now);
      if (result.kind === "seal") this.#sealLines(id, result.seal.lineIds);
    }
    const rows = going.map(({ id }) => pairs.row(id)).filter((row) => row !== undefined);
    const [first] = rows;
    const messageId = first?.message_id ?? null;
    if (first === undefined || messageId === null) throw new Error("a mail goes, but has no row"); // a defect
    const isNew = going.every(({ result }) => result.kind === "seal");
    if (!isNew) mails.repeat(messageId, now);
    // A repeat of a mail that a server of before sealed has no content yet.
    const content = (isNew ? null : mails.contentOf(first)) ?? mails.seal(rows, messageId, now);
    return this.sealedDelivery(first, content);
  }

  /** The recipient as it is at the moment of sealing; every repeat goes to the same. */
  #sealLines(notificationId: string, lineIds: readonly string[]): void {
    this.#sql.clearLines.run(0, notificationId);
    for (const id of lineIds) this.#sql.sealLine.run(id);
    this.#sql.setAddress.run(notificationId);
  }
}

function statements(db: Database.Database) {
  return {
    unsureOfMail: db.prepare("SELECT * FROM notifications WHERE message_id = ? AND state = 'UNSURE' ORDER BY row"),
    isLive: db
      .prepare(
        `SELECT alerts.state <> 'DELETED' FROM triggers JOIN alerts ON alerts.row = triggers.alert WHERE triggers.id = @id
         UNION ALL SELECT users.is_operator FROM operator_notices JOIN notifications ON notifications.id = notification_id
           JOIN users ON users.id = user_id WHERE operator_notices.id = @id`,
      )
      .pluck(),
    clearLines: db.prepare("UPDATE triggers SET in_mail = ? WHERE notification_id = ?"),
    sealLine: db.prepare("UPDATE triggers SET in_mail = 1 WHERE id = ?"),
    setAddress: db.prepare(
      `UPDATE notifications SET to_address = (SELECT email FROM users WHERE users.id = notifications.user_id)
       WHERE id = ? AND user_id IS NOT NULL`,
    ),
    beginAttempt: db.prepare("INSERT INTO delivery_attempts (notification_id, token, begin_time) VALUES (?, ?, ?)"),
  };
}
