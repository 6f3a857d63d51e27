// What users wish of their mail, drawn by chance, and a reader of it that shares nothing with the server's.
import type { MailSettings } from "../../domain/mail-settings.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import { pick, type Random } from "../random-history.ts";

/** A user's wishes from a moment of true time on, until the next. */
export interface Wish {
  readonly userId: string;
  readonly sinceMs: TimeMs;
  readonly timeZone: string;
  readonly settings: MailSettings;
}

/** Two of them set their clocks back while a trial goes on, one of them by half an hour, and one forward. */
const ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Asia/Tokyo", "Australia/Lord_Howe"] as const;

/** Other wishes of a user. Quiet hours end well after the clocks are set, so that nobody needs to ask which of two times is meant. */
export function drawWish(userId: string, now: TimeMs, random: Random): Wish {
  const quietHours = { from: 20 * 60 + random(230), until: 5 * 60 + random(240) };
  const digest = pick(random, [
    null,
    null,
    null,
    { kind: "daily", at: random(DAY_MS / MINUTE_MS) },
    { kind: "sessionClose" },
  ] as const);
  const snoozeUntilMs = random(4) === 0 ? now + random(6 * HOUR_MS) : null;
  const settings = { quietHours: random(2) === 0 ? quietHours : null, digest, snoozeUntilMs };
  return { userId, sinceMs: now, timeZone: pick(random, ZONES), settings };
}

/** Whether the wishes want no mail at this moment but urgent ones; a digest is no such wish. */
export function wantsNoMail({ timeZone, settings }: Wish, atMs: TimeMs): boolean {
  const { quietHours, snoozeUntilMs } = settings;
  if (snoozeUntilMs !== null && atMs < snoozeUntilMs) return true;
  if (quietHours === null) return false;
  const minute = minuteIn(timeZone, atMs);
  return minute >= quietHours.from || minute < quietHours.until; // they always pass midnight
}

const formats = new Map<string, Intl.DateTimeFormat>();

function minuteIn(timeZone: string, atMs: TimeMs): number {
  const known = formats.get(timeZone);
  const format =
    known ?? new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  formats.set(timeZone, format);
  const [hour = 0, minute = 0] = format.format(atMs).split(":").map(Number);
  return hour * 60 + minute;
}
