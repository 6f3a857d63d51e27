import type Database from "better-sqlite3";
import type { TimeMs } from "../../domain/time.ts";

/**
 * A backup knows nothing of what came after it. What must not happen because of that is ruled out here, before it is opened:
 * - Any pair may have had a mail until just now, so each holds its mails for a whole cooldown from now. That its monotonic
 *   times mean nothing is said as after a reboot: by forgetting the boot.
 * - Whoever has logged out, or whose stolen token was found out, would be logged in again: every session ends. An access token that was
 *   revoked would count again, and a code that was used would make another operator or password: they go, with the mails that bring such codes.
 */
export function forgetWhatCameAfter(db: Database.Database, now: TimeMs, cooldownMs: number): void {
  const openWall = now + cooldownMs;
  db.transaction(() => {
    db.prepare("INSERT OR REPLACE INTO server_facts VALUES ('boot_id', '')").run();
    db.prepare(HOLD_ALL_PAIRS).run({ openWall });
    db.prepare(
      `UPDATE notifications SET cooldown_before_mono = 0, cooldown_before_wall = ?
       WHERE state IN ('SENDING', 'UNSURE') AND symbol IS NOT NULL`,
    ).run(openWall);
    db.prepare("UPDATE sessions SET end_time = ? WHERE end_time IS NULL").run(now);
    for (const table of ["access_tokens", "password_resets", "setup_codes"]) db.prepare(`DELETE FROM ${table}`).run();
    db.prepare("DELETE FROM notifications WHERE account_mail = 'PASSWORD_RESET' AND state = 'WAITING'").run();
  }).immediate();
}

const HOLD_ALL_PAIRS = `INSERT OR REPLACE INTO cooldowns (user_id, symbol, open_mono, open_wall)
  SELECT user_id, symbol, 0, @openWall FROM (
    SELECT user_id, symbol FROM alerts
    UNION SELECT user_id, symbol FROM cooldowns
    UNION SELECT user_id, symbol FROM notifications
      WHERE user_id IS NOT NULL AND symbol IS NOT NULL AND state IN ('WAITING', 'SENDING', 'UNSURE'))`;
