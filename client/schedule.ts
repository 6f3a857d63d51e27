import { Cron } from "croner";
import { AppError } from "../domain/error.ts";
import { MINUTE_MS, type TimeMs } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";

export interface ScheduleOptions {
  /** A cron line; an optional first field counts seconds. */
  readonly cron: string;
  /** An IANA zone: the line means the clocks there. */
  readonly timeZone: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** One round. The next begins after it has ended; a round that throws ends the schedule. */
  readonly onRound: (signal: AbortSignal) => Promise<void>;
  /** Told when the next round begins, before it is waited for, and when the one after it does; null when there is none. */
  readonly onPlan?: (time: TimeMs | null, following: TimeMs | null) => void;
}

/** No sleep is longer, so that a clock that is set, or a machine that slept, is noticed. */
const LONGEST_SLEEP_MS = MINUTE_MS;

/**
 * Runs a round at once, then whenever the cron line says so, until the signal ends it; times that pass during a round are
 * left out. Throws CONFIG_INVALID for a line or zone that cannot be read, and what a round throws.
 */
export async function runSchedule(options: ScheduleOptions): Promise<void> {
  const { clock, signal, onRound, onPlan } = options;
  const nextAfter = readCron(options.cron, options.timeZone);
  while (!signal.aborted) {
    await onRound(signal).catch(unlessAborted(signal));
    const due = nextAfter(clock.now());
    onPlan?.(due, due === null ? null : nextAfter(due));
    if (due === null) return;
    await sleepUntil(due, nextAfter, clock, signal);
  }
}

/** Throws CONFIG_INVALID for a cron line or zone that cannot be read, and for a line that never comes round: 31 February. */
export function checkCron(cron: string, timeZone: string): void {
  if (readCron(cron, timeZone)(0) !== null) return;
  throw new AppError("INVALID_ARGUMENT", "CONFIG_INVALID", `the schedule "${cron}" never comes round`, {
    hint: "Look at its day and month.",
  });
}

type NextAfter = (now: TimeMs) => TimeMs | null;

function readCron(line: string, timeZone: string): NextAfter {
  try {
    const cron = new Cron(line, { timezone: timeZone });
    cron.nextRun(new Date(0)); // a zone is read only here
    return (now) => cron.nextRun(new Date(now))?.getTime() ?? null;
  } catch (error) {
    throw new AppError("INVALID_ARGUMENT", "CONFIG_INVALID", `the schedule "${line}" in ${timeZone} cannot be read`, {
      hint: 'Set BELL_SCHEDULE to a cron line such as "* 9-16 * * 1-5" (minute hour day month weekday).',
      cause: error,
    });
  }
}

/** Returns when it is due by the wall clock, or when the signal ends it. */
async function sleepUntil(due: TimeMs, nextAfter: NextAfter, clock: Clock, signal: AbortSignal): Promise<void> {
  let next = due;
  for (let now = clock.now(); now < next && !signal.aborted; now = clock.now()) {
    next = Math.min(next, nextAfter(now) ?? next); // earlier if the clock was set back
    await clock.sleep(Math.min(next - now, LONGEST_SLEEP_MS), signal).catch(unlessAborted(signal));
  }
}

/** Once the signal has ended the schedule, whatever stops because of it is no failure. */
function unlessAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
