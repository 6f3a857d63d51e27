import { DAY_MS, MINUTE_MS, SECOND_MS, type TimeMs } from "../domain/time.ts";

/**
 * How often somebody may try. `window`: so many times within a span. `backOff`: so many times freely, then after 1, 2, 4 … s, at most 15
 * minutes, until a day has passed without an attempt.
 */
export type ThrottleRule =
  | { readonly kind: "window"; readonly most: number; readonly spanMs: number }
  | { readonly kind: "backOff"; readonly free: number };

/** What is remembered of the attempts under one key. */
export interface ThrottleState {
  readonly count: number;
  readonly firstTimeMs: TimeMs;
  readonly lastTimeMs: TimeMs;
  readonly blockedUntilMs: TimeMs;
}

/** Whether an attempt may be made, and what is remembered from now on. */
export interface AttemptVerdict {
  /** 0: it may be made. */
  readonly waitMs: number;
  readonly state: ThrottleState;
}

const MAX_WAIT_MS = 15 * MINUTE_MS;
/** Attempts are forgotten when none was made for so long. */
export const ATTEMPTS_KEPT_MS = DAY_MS;

/** Judges an attempt, and counts it unless it has to wait. A clock that was set back makes nobody wait for longer than the rule's longest wait. */
export function judgeAttempt(before: ThrottleState | null, rule: ThrottleRule, now: TimeMs): AttemptVerdict {
  return rule.kind === "window" ? judgeInWindow(before, rule, now) : judgeWithBackOff(before, rule.free, now);
}

function judgeInWindow(
  before: ThrottleState | null,
  { most, spanMs }: { most: number; spanMs: number },
  now: TimeMs,
): AttemptVerdict {
  const isOver = before === null || before.firstTimeMs > now || now - before.firstTimeMs >= spanMs;
  if (isOver) return { waitMs: 0, state: { count: 1, firstTimeMs: now, lastTimeMs: now, blockedUntilMs: 0 } };
  if (before.count >= most) return { waitMs: before.firstTimeMs + spanMs - now, state: before };
  return { waitMs: 0, state: { ...before, count: before.count + 1, lastTimeMs: now } };
}

function judgeWithBackOff(before: ThrottleState | null, free: number, now: TimeMs): AttemptVerdict {
  const known = before !== null && now - before.lastTimeMs < ATTEMPTS_KEPT_MS ? before : null;
  // Written down when it is cut: else a clock that was set back by a day would cut it anew for a day.
  const blockedUntilMs = Math.min(known?.blockedUntilMs ?? 0, now + MAX_WAIT_MS);
  if (known !== null && blockedUntilMs > now) {
    const state = blockedUntilMs === known.blockedUntilMs ? known : { ...known, blockedUntilMs };
    return { waitMs: blockedUntilMs - now, state };
  }
  const count = (known?.count ?? 0) + 1;
  const waitMs = count < free ? 0 : Math.min(SECOND_MS * 2 ** (count - free), MAX_WAIT_MS);
  const state = { count, firstTimeMs: known?.firstTimeMs ?? now, lastTimeMs: now, blockedUntilMs: now + waitMs };
  return { waitMs: 0, state };
}
