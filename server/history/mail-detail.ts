import { formatMoment } from "../../domain/moment-text.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { MailHold } from "./history.ts";

/** What holds a user's next mail about a symbol back, in a sentence, and until when it does. */
export interface HeldMail {
  /** Empty when nothing does. */
  readonly detail: string;
  /** Null when nothing does, or nobody can know. */
  readonly untilMs: TimeMs | null;
}

/** The longest of all that holds the mail back. That a symbol is on HOLD does not: what waits goes all the same. */
export function heldMail(symbol: string, hold: MailHold): HeldMail {
  const { cooldownEndMs, retryTimeMs, isSending, isSuspended, waitingCount } = hold;
  const waiting =
    waitingCount === 0 ? "" : `; ${waitingCount} ${waitingCount === 1 ? "line waits" : "lines wait"} for it`;
  if (isSuspended) {
    const detail = `your address refused mail several times and gets none until you verify it again${waiting}`;
    return { detail, untilMs: null };
  }
  if (retryTimeMs !== null && retryTimeMs >= (cooldownEndMs ?? 0)) {
    const detail = `the mail server did not take the last try; the next is at ${formatMoment(toSecond(retryTimeMs))}${waiting}`;
    return { detail, untilMs: retryTimeMs };
  }
  if (isSending) return { detail: `a mail about ${symbol} is being sent${waiting}`, untilMs: cooldownEndMs };
  if (cooldownEndMs === null) return { detail: "", untilMs: null };
  const until = formatMoment(toSecond(cooldownEndMs));
  return {
    detail: `at most one mail an hour about ${symbol}: the next from ${until} on${waiting}`,
    untilMs: cooldownEndMs,
  };
}

/** To be read by people: up, so that it is true. */
function toSecond(timeMs: TimeMs): TimeMs {
  return Math.ceil(timeMs / 1_000) * 1_000;
}
