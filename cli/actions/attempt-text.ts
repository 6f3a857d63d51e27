// What became of each attempt to mail a notification, with the mail server's own words.
import { SECOND_MS, type TimeMs } from "../../domain/time.ts";
import type { DeliveryAttempt } from "../../proto/gen/tickerbell/v1/notification.ts";
import { renderAge } from "../render/age.ts";
import { renderTable, type Column } from "../render/table.ts";
import { renderTime } from "../render/time.ts";

const COLUMNS: readonly Column[] = [
  { title: "ATTEMPT", wraps: true },
  { title: "TOOK", align: "right" },
  { title: "WHAT BECAME OF IT", wraps: true },
  { title: "THE MAIL SERVER'S WORDS", wraps: true },
];

/** The attempts, oldest first, as of `now`. */
export function attemptTable(attempts: readonly DeliveryAttempt[], width: number | null, now: TimeMs): string {
  const rows = attempts.map(({ beginTime, endTime, detail, reply }) => [
    renderTime(beginTime),
    tookText((endTime?.getTime() ?? now) - (beginTime?.getTime() ?? now)),
    endTime === undefined ? "under way" : detail,
    reply === "" ? "-" : reply,
  ]);
  return renderTable(COLUMNS, rows, width);
}

/** `120ms`, `2.5s`, `1m5s`. */
export function tookText(ms: number): string {
  if (ms < SECOND_MS) return `${Math.max(0, Math.round(ms))}ms`;
  return ms < 10 * SECOND_MS ? `${(ms / SECOND_MS).toFixed(1)}s` : renderAge(ms);
}
