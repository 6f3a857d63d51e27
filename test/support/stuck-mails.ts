// Which mails were under way when something was killed, and how long it took until somebody went on with them. Read from the trail of
// attempts that the server keeps.
import Database from "better-sqlite3";
import { SECOND_MS } from "../../domain/time.ts";

/** One handing out of a notification. Times are milliseconds since the epoch. */
export interface AttemptFact {
  readonly notificationId: string;
  readonly beginMs: number;
  /** When its outcome, or its loss, was written down; null: not yet. */
  readonly endMs: number | null;
  /** How it ended; null: not yet. */
  readonly reason: string | null;
  /** When the notification ended; null while it has not. */
  readonly notificationEndMs: number | null;
}

export interface KillFact {
  readonly victim: string;
  readonly timeMs: number;
}

/** A mail that was under way at a kill. */
export interface StuckMail {
  readonly notificationId: string;
  /** `stream`: its notifier was killed, and the server saw it. `lease`: the server was killed, and what it handed out is found by the lease. */
  readonly why: "stream" | "lease";
  /** From the kill until its outcome came, it was handed out again or it ended; infinite if nothing did. */
  readonly waitedMs: number;
  /** What it had to wait by right: it was lost before. */
  readonly backOffMs: number;
}

/** A stuck mail goes on so soon: at once when the server sees its notifier go, else at the end of a lease of 45 s. */
export const GO_ON_LIMIT_MS = { stream: 5 * SECOND_MS, lease: 60 * SECOND_MS } as const;
/** An attempt that ended so was given up: nobody has gone on yet. */
const LOST: readonly (string | null)[] = ["STREAM_BROKE", "LEASE_RAN_OUT"];
/** What is lost again waits 0, 1 and 5 minutes. */
const BACK_OFF_MS = [0, 60 * SECOND_MS, 300 * SECOND_MS];

/** Reads the trail, also while the server runs. */
export function readAttempts(file: string): AttemptFact[] {
  const db = new Database(file, { readonly: true });
  try {
    const sql = `SELECT notification_id AS notificationId, begin_time AS beginMs, delivery_attempts.end_time AS endMs,
        delivery_attempts.reason, notifications.end_time AS notificationEndMs
      FROM delivery_attempts JOIN notifications ON notifications.id = notification_id ORDER BY notification_id, delivery_attempts.token`;
    return db.prepare(sql).all() as AttemptFact[];
  } finally {
    db.close();
  }
}

/** Those that a kill found under way, each once: from the first kill that hit it. */
export function stuckMails(attempts: readonly AttemptFact[], kills: readonly KillFact[]): StuckMail[] {
  const trails = [...Map.groupBy(attempts, ({ notificationId }) => notificationId).values()];
  return trails.flatMap((trail) =>
    trail.flatMap((attempt, at) => {
      const answeredMs = LOST.includes(attempt.reason) ? null : attempt.endMs;
      const goingsOn = [answeredMs, trail[at + 1]?.beginMs, attempt.notificationEndMs];
      const wentOnMs = Math.min(...goingsOn.map((time) => time ?? Infinity));
      const hits = kills.filter(({ timeMs }) => attempt.beginMs <= timeMs && timeMs < wentOnMs);
      const ofServer = hits.find(({ victim }) => victim === "server");
      const hit = ofServer ?? hits.find(({ victim }) => victim === "notifier");
      if (hit === undefined) return [];
      const lostBefore = trail.slice(0, at).filter(({ reason }) => LOST.includes(reason)).length;
      const backOffMs = BACK_OFF_MS[Math.min(lostBefore, BACK_OFF_MS.length - 1)] ?? 0;
      const why = ofServer === undefined ? "stream" : "lease";
      const { notificationId } = attempt;
      return [{ notificationId, why, waitedMs: wentOnMs - hit.timeMs, backOffMs } as const];
    }),
  );
}

/** Those that waited too long, a sentence each. */
export function stuckFaults(stuck: readonly StuckMail[]): string[] {
  return stuck
    .filter(({ why, waitedMs, backOffMs }) => waitedMs > GO_ON_LIMIT_MS[why] + backOffMs)
    .map(({ notificationId, why, waitedMs }) => {
      const what = why === "stream" ? "its notifier was killed" : "the server was killed";
      return `notification ${notificationId} went on ${waitedMs / SECOND_MS} s after ${what}`;
    });
}
