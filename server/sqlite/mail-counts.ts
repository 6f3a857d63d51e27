import type Database from "better-sqlite3";
import type { MailCounts } from "../notification-store.ts";
import { ADDRESS_COUNTS } from "./address-counts.ts";

/** Counts what waits to be mailed. Finds its rows by the indexes of what has not ended: what is over, however much, is not read. */
export class MailCounting {
  readonly #waiting: Database.Statement;
  readonly #leased: Database.Statement;
  readonly #lastSent: Database.Statement;

  constructor(db: Database.Database) {
    // The condition on the state stands in the words of its partial index.
    this.#waiting = db.prepare(
      `SELECT count(*) FILTER (WHERE state = 'WAITING' AND ready_mono <= ? AND ${ADDRESS_COUNTS}) AS due,
         count(*) FILTER (WHERE state = 'WAITING') AS waiting,
         count(*) FILTER (WHERE state = 'UNSURE' AND lease_end_mono IS NULL) AS unsure
       FROM notifications WHERE state IN ('WAITING', 'UNSURE')`,
    );
    this.#leased = db.prepare("SELECT count(*) FROM notifications WHERE lease_end_mono IS NOT NULL").pluck();
    this.#lastSent = db.prepare("SELECT max(end_time) FROM notifications WHERE state = 'SENT'").pluck();
  }

  /** As things stand at a moment of the monotonic clock. */
  count(monoMs: number): MailCounts {
    const { due, waiting, unsure } = this.#waiting.get(monoMs) as { due: number; waiting: number; unsure: number };
    return {
      dueCount: due,
      heldCount: waiting - due,
      sealedCount: Number(this.#leased.get()) + unsure,
      lastSentTimeMs: this.#lastSent.get() as number | null,
    };
  }
}
