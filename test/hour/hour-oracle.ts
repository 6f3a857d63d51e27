// The judge of the hour. It knows what had to fire and what the mail server wrote down, and compares with that what the database says became
// of it. All times are true times.
import { COOLDOWN_MS, MAX_REPEATS, NOTIFICATION_LIFE_MS } from "../../domain/notifying/delivery-limits.ts";
import type { AmbiguityPolicy } from "../../domain/notification.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { NotificationView } from "../../server/notification-store.ts";
import type { ExpectedTrigger } from "./market.ts";
import type { SinkAttempt } from "./sink-record.ts";
import type { Wish } from "./wishes.ts";

/** All that there is to judge by. */
export interface HourEvidence {
  readonly policy: AmbiguityPolicy;
  readonly expected: readonly ExpectedTrigger[];
  readonly attempts: readonly SinkAttempt[];
  /** What the database says, by the user's id. */
  readonly notifications: ReadonlyMap<string, readonly NotificationView[]>;
  /** By the user's id. */
  readonly addresses: ReadonlyMap<string, string>;
  /** When notifications were first seen to be EXPIRED, by their ids. */
  readonly expired: ReadonlyMap<string, TimeMs>;
  /** What users wished, in the order of time. */
  readonly wishes: readonly Wish[];
}

/** Two different mails that name a symbol and came too close together. */
export interface ClosePair {
  readonly recipient: string;
  readonly symbol: string;
  readonly gapMs: number;
}

const ENDED: ReadonlySet<string> = new Set(["SENT", "DEAD", "UNKNOWN", "EXPIRED", "CANCELLED"]);

/** Everything that does not hold, a sentence each. */
export function judgeHour(evidence: HourEvidence): string[] {
  const close = closePairs(evidence.attempts).map(
    ({ recipient, symbol, gapMs }) => `two mails to ${recipient} about ${symbol} within ${gapMs / 1_000} s`,
  );
  return [...close, ...tooEarlyEnds(evidence), ...judgeBesidesTime(evidence)];
}

/** The same without what a clock that was set while the machine was down may spoil. */
export function judgeBesidesTime(evidence: HourEvidence): string[] {
  return [...contentFaults(evidence), ...triggerFaults(evidence), ...mailFaults(evidence)];
}

/** How long the trigger that waited longest did so until its mail was taken, in milliseconds; of those that were mailed. */
export function longestWaitMs({ expected, attempts }: Pick<HourEvidence, "expected" | "attempts">): number {
  const takenMs = new Map<string, TimeMs>();
  for (const attempt of takenInOrder(attempts)) {
    for (const note of attempt.mail.notes) if (!takenMs.has(note)) takenMs.set(note, takenAt(attempt));
  }
  return expected.reduce((longest, { note, atMs }) => Math.max(longest, (takenMs.get(note) ?? atMs) - atMs), 0);
}

/** Pairs of different mails within the hour, for each user over the symbols that the mails name. */
export function closePairs(attempts: readonly SinkAttempt[]): ClosePair[] {
  const pairs: ClosePair[] = [];
  const last = new Map<string, SinkAttempt>();
  for (const attempt of takenInOrder(attempts)) {
    for (const symbol of attempt.mail.symbols) {
      const key = `${attempt.recipient} ${symbol}`;
      const before = last.get(key);
      const gapMs = before === undefined ? COOLDOWN_MS : takenAt(attempt) - takenAt(before);
      if (before?.mail.messageId !== attempt.mail.messageId && gapMs < COOLDOWN_MS) {
        pairs.push({ recipient: attempt.recipient, symbol, gapMs });
      }
      last.set(key, attempt);
    }
  }
  return pairs;
}

/** What is EXPIRED had been due for a day. */
function tooEarlyEnds({ expected, notifications, expired }: HourEvidence): string[] {
  const firedMs = new Map(expected.map(({ note, atMs }) => [note, atMs]));
  return [...notifications.values()].flat().flatMap(({ id, state, triggers }) => {
    const firstMs = Math.min(...triggers.map(({ note }) => firedMs.get(note) ?? Infinity));
    const livedMs = (expired.get(id) ?? Infinity) - firstMs;
    if (state !== "EXPIRED" || livedMs >= NOTIFICATION_LIFE_MS) return [];
    return [`notification ${id} was EXPIRED after ${livedMs / 1_000} s at most`];
  });
}

/** The same Message-ID is always the same bytes to the same recipient, no oftener than promised; and no mail says nothing. */
function contentFaults({ attempts, policy }: HourEvidence): string[] {
  const faults: string[] = [];
  for (const [messageId, same] of groupBy(attempts, ({ mail }) => mail.messageId)) {
    if (new Set(same.map(({ mail }) => mail.digest)).size > 1) faults.push(`${messageId} came with different bytes`);
    if (new Set(same.map(({ recipient }) => recipient)).size > 1) faults.push(`${messageId} came to different people`);
    const copies = same.filter(({ takenMs }) => takenMs !== null).length;
    const most = policy === "hold" ? 1 : 1 + MAX_REPEATS;
    if (copies > most) faults.push(`${messageId} was taken ${copies} times under ${policy}`);
    const [first] = same;
    if (first !== undefined && isEmpty(first)) faults.push(`${messageId} ("${first.mail.subject}") tells of nothing`);
  }
  return faults;
}

/** Every trigger that had to be is in exactly one notification, which has ended; and there is no other. */
function triggerFaults({ expected, notifications }: HourEvidence): string[] {
  const faults: string[] = [];
  const found = new Map<string, number>();
  for (const view of [...notifications.values()].flat()) {
    if (!ENDED.has(view.state) || view.endTimeMs === null)
      faults.push(`notification ${view.id} is still ${view.state}`);
    for (const trigger of view.triggers) found.set(nameOf(trigger), (found.get(nameOf(trigger)) ?? 0) + 1);
  }
  for (const trigger of expected) {
    const name = nameOf(trigger);
    const times = found.get(name) ?? 0;
    if (times !== 1) faults.push(`the trigger ${name} is in ${times} notifications`);
    found.delete(name);
  }
  for (const name of found.keys()) faults.push(`the trigger ${name} had no reason to be`);
  return faults;
}

const nameOf = ({ note, kind }: Pick<ExpectedTrigger, "note" | "kind">): string => `"${note}" (${kind})`;

/** What the mails tell, against what fired, and against what the database says of them. */
function mailFaults(evidence: HourEvidence): string[] {
  const { expected, attempts, notifications, addresses } = evidence;
  const byNote = new Map(expected.map((one) => [one.note, one]));
  const byId = groupBy(attempts, ({ mail }) => mail.messageId);
  const faults: string[] = [];
  const toldBy = new Map<string, string>();
  for (const [messageId, same] of byId) {
    const [first] = same;
    if (first === undefined) continue;
    const isTaken = same.some(({ takenMs }) => takenMs !== null);
    for (const note of first.mail.notes) {
      const trigger = byNote.get(note);
      if (trigger === undefined) faults.push(`${messageId} tells of "${note}", which never was`);
      else faults.push(...foreignTo(first, trigger, addresses));
      if (!isTaken) continue;
      if (toldBy.has(note)) faults.push(`"${note}" was told by ${toldBy.get(note)} and again by ${messageId}`);
      toldBy.set(note, messageId);
    }
  }
  for (const view of [...notifications.values()].flat()) faults.push(...stateFaults(view, byId, byNote, toldBy));
  return faults;
}

function foreignTo(
  { mail, recipient }: SinkAttempt,
  { note, watcher }: ExpectedTrigger,
  addresses: HourEvidence["addresses"],
): string[] {
  const faults: string[] = [];
  if (addresses.get(watcher.userId) !== recipient) faults.push(`"${note}" was told to ${recipient}`);
  if (!mail.symbols.includes(watcher.symbol)) faults.push(`the mail with "${note}" does not name ${watcher.symbol}`);
  return faults;
}

/** SENT means that the mail server took it and said so, and that it holds every line that it must; CANCELLED that nothing went. */
function stateFaults(
  view: NotificationView,
  byId: ReadonlyMap<string, readonly SinkAttempt[]>,
  byNote: ReadonlyMap<string, ExpectedTrigger>,
  toldBy: ReadonlyMap<string, string>,
): string[] {
  const { id, state, messageId, triggers } = view;
  if (state === "CANCELLED") {
    return triggers.filter(({ note }) => toldBy.has(note)).map(({ note }) => `"${note}" was told, and is CANCELLED`);
  }
  if (state !== "SENT") return [];
  const same = byId.get(messageId ?? "") ?? [];
  const [first] = same;
  if (first === undefined || !same.some(({ takenMs, answeredMs }) => takenMs !== null && answeredMs !== null)) {
    return [`notification ${id} is SENT, and the mail server never said that it took ${messageId}`];
  }
  const told = new Set(first.mail.notes);
  const missing = triggers.filter(({ note }) => {
    const deletedMs = byNote.get(note)?.watcher.deletedMs ?? null;
    return !told.has(note) && !(deletedMs !== null && deletedMs <= first.atMs);
  });
  if (missing.length <= first.mail.more) return [];
  return missing.map(({ note }) => `notification ${id} is SENT, and its mail does not tell of "${note}"`);
}

function isEmpty({ mail }: SinkAttempt): boolean {
  return mail.textLength < 20 || (mail.symbols.length > 0 && mail.notes.length === 0);
}

function takenInOrder(attempts: readonly SinkAttempt[]): SinkAttempt[] {
  return attempts.filter(({ takenMs }) => takenMs !== null).sort((a, b) => takenAt(a) - takenAt(b));
}

const takenAt = ({ takenMs }: SinkAttempt): number => takenMs ?? NaN;

function groupBy<Value>(values: readonly Value[], keyOf: (value: Value) => string): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}
