// The judge of what users wish, and of the ceilings that nobody needs to wish for. For times in which nobody set the clock.
import { LEASE_MS } from "../../domain/notifying/delivery-limits.ts";
import { MAILS_A_DAY, MAILS_AN_HOUR } from "../../domain/notifying/mail-hold.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import type { HourEvidence } from "./hour-oracle.ts";
import type { SinkAttempt } from "./sink-record.ts";
import { wantsNoMail, type Wish } from "./wishes.ts";

/** What was sealed before quiet hours began, or wishes changed, may still be on its way for so long. */
const ON_ITS_WAY_MS = LEASE_MS + MINUTE_MS;

/** Everything that does not hold, a sentence each. */
export function judgeWishes(evidence: HourEvidence): string[] {
  const byRecipient = Map.groupBy(firstCopies(evidence.attempts), ({ recipient }) => recipient);
  return [...byRecipient].flatMap(([recipient, mails]) => [
    ...tooMany(recipient, mails, MAILS_AN_HOUR, HOUR_MS),
    ...tooMany(recipient, mails, MAILS_A_DAY, DAY_MS),
    ...unwanted(evidence, recipient, mails),
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
 * Mails that were made and came when their user wanted none, though nothing in them is urgent. One that was made before, and may have been
 * taken, is repeated whatever its user wishes.
 */
function unwanted(
  { wishes, addresses, expected }: HourEvidence,
  recipient: string,
  mails: readonly SinkAttempt[],
): string[] {
  const own = wishes.filter(({ userId }) => addresses.get(userId) === recipient);
  if (own.length === 0) return [];
  const urgent = new Set(expected.filter(({ watcher }) => watcher.isUrgent).map(({ note }) => note));
  const ordinary = mails.filter(({ mail }) => !mail.notes.some((note) => urgent.has(note)));
  return ordinary
    .filter((mail) => isUnwanted(own, takenAt(mail)) && isUnwanted(own, takenAt(mail) - ON_ITS_WAY_MS))
    .filter(({ mail }) => isUnwanted(own, mail.sealedMs))
    .map(({ mail }) => `${mail.messageId} ("${mail.subject}") came to ${recipient}, who wanted no mail then`);
}

function isUnwanted(own: readonly Wish[], atMs: TimeMs): boolean {
  const wish = own.findLast(({ sinceMs }) => sinceMs <= atMs);
  return wish !== undefined && wantsNoMail(wish, atMs);
}

const takenAt = ({ takenMs }: SinkAttempt): number => takenMs ?? NaN;
