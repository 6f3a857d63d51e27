import { NEW_YORK } from "../calendar/calendars.ts";
import { Zone } from "../calendar/zone.ts";
import type { DigestSetting, MailSettings, MinuteOfDay } from "../mail-settings.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "../time.ts";
import { LEASE_MS } from "./delivery-limits.ts";

// What holds a mail back besides its symbol's cooldown: its user's wishes, and ceilings that keep a mailbox from being flooded. All by the
// wall clock, for that is what the wishes speak of. What was held goes in one mail afterwards (joint-mail.ts).

/** Why a mail is held back by its user's wishes or by a ceiling. */
export type HoldReason = "QUIET_HOURS" | "SNOOZED" | "DIGEST" | "HOURLY_CEILING" | "DAILY_CEILING";

/** A mail is held back. */
export interface MailHold {
  readonly reason: HoldReason;
  readonly untilMs: TimeMs;
}

/** So many mails about alerts a user gets within an hour, and within a day; what is beyond comes in one. */
export const MAILS_AN_HOUR = 10;
export const MAILS_A_DAY = 50;

/** The digest of a session's close goes so long after it: the last bars come late. */
export const AFTER_CLOSE_MS = 15 * MINUTE_MS;

/** Wishes may take turns in holding a mail back, as a digest in quiet hours does; more rounds than this change nothing any more. */
const MAX_ROUNDS = 8;

/** What is to be mailed. */
export interface HeldItem {
  /** When it began to wait for the first time: a digest is not put off to the next one by another attempt. */
  readonly sinceMs: TimeMs;
  /** It passes quiet hours, a snooze and a digest. */
  readonly isUrgent: boolean;
}

/** Whose mail it is. */
export interface Recipient {
  readonly timeZone: string;
  readonly settings: MailSettings;
  /** When mails to this user count, in any order: when they were taken, or till when they may be. */
  readonly mailTimesMs: readonly TimeMs[];
}

/** What holds the mail back at a moment, the longest of all; null: it may go. */
export function mailHold(item: HeldItem, recipient: Recipient, nowMs: TimeMs): MailHold | null {
  let hold: MailHold | null = null;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = holdAt(item, recipient, nowMs, hold?.untilMs ?? nowMs);
    if (next === null) break;
    hold = next;
  }
  return hold;
}

/** What still holds it back at `atMs`, at `nowMs` or later. */
function holdAt(item: HeldItem, recipient: Recipient, nowMs: TimeMs, atMs: TimeMs): MailHold | null {
  const holds = [...ceilings(recipient.mailTimesMs, nowMs)];
  if (!item.isUrgent) holds.push(...wishes(item, recipient, atMs));
  return longest(holds.filter(({ untilMs }) => untilMs > atMs));
}

function wishes({ sinceMs }: HeldItem, { timeZone, settings }: Recipient, atMs: TimeMs): readonly MailHold[] {
  const { quietHours, digest, snoozeUntilMs } = settings;
  const holds: MailHold[] = [];
  if (snoozeUntilMs !== null) holds.push({ reason: "SNOOZED", untilMs: snoozeUntilMs });
  if (digest !== null) holds.push({ reason: "DIGEST", untilMs: digestTime(digest, zoneOf(timeZone), sinceMs) });
  if (quietHours !== null) {
    const untilMs = quietEnd(quietHours, zoneOf(timeZone), atMs);
    if (untilMs !== null) holds.push({ reason: "QUIET_HOURS", untilMs });
  }
  return holds;
}

/** A time ahead of all that can be is from a clock that was set back since: it counts no more. */
function ceilings(mailTimesMs: readonly TimeMs[], nowMs: TimeMs): readonly MailHold[] {
  const times = mailTimesMs.filter((timeMs) => timeMs <= nowMs + LEASE_MS).toSorted((a, b) => b - a);
  const ceiling = (reason: HoldReason, most: number, spanMs: number): MailHold[] => {
    const last = times[most - 1]; // when that one is no longer within the span, there is room for one more
    return last === undefined ? [] : [{ reason, untilMs: last + spanMs }];
  };
  return [...ceiling("HOURLY_CEILING", MAILS_AN_HOUR, HOUR_MS), ...ceiling("DAILY_CEILING", MAILS_A_DAY, DAY_MS)];
}

/**
 * The end of the quiet hours that a moment lies in; null when it lies in none. Their beginning and end are when the clocks show so. In the hour
 * that is left out a beginning is when the clocks are set, an end as if they had not been set yet; of two the first begins, the later one ends.
 */
export function quietEnd(
  { from, until }: { readonly from: MinuteOfDay; readonly until: MinuteOfDay },
  zone: Zone,
  atMs: TimeMs,
): TimeMs | null {
  const shownMs = zone.wallAt(atMs);
  const today = Math.floor(shownMs / DAY_MS);
  for (const day of [today - 1, today]) {
    const startMs = wall(day, from);
    const hasBegun = startMs <= shownMs || zone.momentOf(startMs) <= atMs; // the clocks may have been set back since
    const endMs = lastMomentOf(zone, wall(from < until ? day : day + 1, until));
    if (hasBegun && atMs < endMs) return endMs;
  }
  return null;
}

/** The first time a digest goes at `sinceMs` or later. */
export function digestTime(digest: DigestSetting, zone: Zone, sinceMs: TimeMs): TimeMs {
  if (digest.kind === "sessionClose")
    return NEW_YORK.firstHours("closeMs", sinceMs - AFTER_CLOSE_MS).closeMs + AFTER_CLOSE_MS;
  for (let day = Math.floor(zone.wallAt(sinceMs) / DAY_MS); ; day += 1) {
    const timeMs = zone.momentOf(wall(day, digest.at));
    if (timeMs >= sinceMs) return timeMs;
  }
}

function lastMomentOf(zone: Zone, wallMs: number): TimeMs {
  return zone.momentsOf(wallMs).at(-1) ?? zone.momentOf(wallMs);
}

function wall(day: number, minute: MinuteOfDay): number {
  return day * DAY_MS + minute * MINUTE_MS;
}

function longest(holds: readonly MailHold[]): MailHold | null {
  return holds.reduce<MailHold | null>(
    (most, hold) => (most === null || hold.untilMs > most.untilMs ? hold : most),
    null,
  );
}

const zones = new Map<string, Zone>();

/** Making one is slow, and there are few. */
function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = new Zone(name);
  zones.set(name, zone);
  return zone;
}
