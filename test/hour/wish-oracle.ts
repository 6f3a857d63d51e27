// The judge of what users wish, and of the ceilings that nobody needs to wish for. For times in which nobody set the clock.
import { MAILS_A_DAY, MAILS_AN_HOUR } from "../../domain/notifying/mail-hold.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import type { HourEvidence } from "./hour-oracle.ts";
import type { ReadMail } from "./read-mail.ts";
import type { SinkAttempt } from "./sink-record.ts";
import { wantsNoMail, type Wish } from "./wishes.ts";

/** Everything that does not hold, a sentence each. */
export function judgeWishes(evidence: HourEvidence): string[] {
  const byRecipient = Map.groupBy(firstCopies(evidence.attempts), ({ recipient }) => recipient);
  return [...byRecipient].flatMap(([recipient, mails]) => [
    ...tooMany(recipient, mails, MAILS_AN_HOUR, HOUR_MS),
    ...tooMany(recipient, mails, MAILS_A_DAY, DAY_MS),
    ...unwanted(evidence, recipient),
  ]);
}

/** Of each mail about symbols the copy that was taken first, in the order of their times. */
function firstCopies(attempts: readonly SinkAttempt[]): SinkAttempt[] {
  const first = new Map<string, SinkAttempt>();
  for (const attempt of attempts) {
    if (attempt.takenMs === null || attempt.mail.symbols.length === 0) continue;
    const known = first.get(attempt.mail.messageId);
    if (known === undefined || takenAt(attempt) < takenAt(known)) first.set(attempt.mail.messageId, attempt);
  }
  return [...first.values()].sort((a, b) => takenAt(a) - takenAt(b));
}

function tooMany(recipient: string, mails: readonly SinkAttempt[], most: number, spanMs: number): string[] {
  return mails.flatMap((mail, at) => {
    const before = mails[at - most];
    const gapMs = before === undefined ? spanMs : takenAt(mail) - takenAt(before);
    return gapMs >= spanMs ? [] : [`${most + 1} mails to ${recipient} within ${gapMs / MINUTE_MS} minutes`];
  });
}

/**
 * Mails that were given to the notifier when their user wanted none, though nothing in them is urgent; a repeat is given as any other. What was
 * given before, and comes meanwhile, cannot be held any more.
 */
function unwanted(evidence: HourEvidence, recipient: string): string[] {
  const { wishes, addresses, attempts } = evidence;
  const own = wishes.filter(({ userId }) => addresses.get(userId) === recipient);
  if (own.length === 0) return [];
  const isUrgent = urgency(evidence);
  return attempts
    .filter((attempt) => attempt.recipient === recipient && attempt.takenMs !== null && attempt.mail.symbols.length > 0)
    .filter(({ begunMs }) => isUnwanted(own, begunMs) && isUnwanted(own, begunMs - 1)) // whoever was first in the same millisecond
    .filter(({ mail }) => !isUrgent(mail))
    .map(({ mail }) => `${mail.messageId} ("${mail.subject}") was sent to ${recipient}, who wanted no mail then`);
}

/** Whether a mail tells of an urgent alert; of one that it only counts the database must say so, and that it was not deleted before. */
function urgency({ expected, notifications }: HourEvidence): (mail: ReadMail) => boolean {
  const urgent = new Map(
    expected.filter(({ watcher }) => watcher.isUrgent).map(({ note, watcher }) => [note, watcher]),
  );
  const byMail = Map.groupBy([...notifications.values()].flat(), ({ messageId }) => messageId);
  const isCounted = ({ messageId, sealedMs }: ReadMail): boolean =>
    (byMail.get(messageId) ?? []).some(({ triggers }) =>
      triggers.some(({ note }) => urgent.has(note) && (urgent.get(note)?.deletedMs ?? Infinity) > sealedMs),
    );
  return (mail) => mail.notes.some((note) => urgent.has(note)) || (mail.more > 0 && isCounted(mail));
}

function isUnwanted(own: readonly Wish[], atMs: TimeMs): boolean {
  const wish = own.findLast(({ sinceMs }) => sinceMs <= atMs);
  return wish !== undefined && wantsNoMail(wish, atMs);
}

const takenAt = ({ takenMs }: SinkAttempt): number => takenMs ?? NaN;
