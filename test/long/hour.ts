import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import type { HourWorldOptions } from "../hour/hour-world.ts";
import { playReboots, playSteps, playTime, type HourVerdict } from "../hour/hour-trials.ts";
import { playTimeApart } from "../hour/play-apart.ts";
import type { LongTrial } from "./trial.ts";

const WEEKS = 3;
/** Under `hold` as well, for a part of the time. */
const HOLD_WEEKS_IN = 3;
const STEPS = 240;
/** As many steps to a reboot. */
const STEPS_PER_BOOT = 10;
/** With twice as many prices all users had their fifty mails by the afternoon, and half of each day nothing was sent. */
const MANY = { users: 50, wishers: 20, symbols: 10, tickEveryMs: 20 * MINUTE_MS } as const;
const SOME = { users: 20, symbols: 5, tickEveryMs: 5 * MINUTE_MS } as const;

/**
 * Weeks of prices, owners, restarts every five minutes, two notifiers and a mail server of many moods, in simulated time. A trial is a
 * week; all are one history. A third as long is played under `hold`, in another world at the same time.
 */
export const hourSimulatedWeeks: LongTrial = {
  name: "hour.simulated-weeks",
  run: async ({ trials, seed, onViolation }) => {
    const weeks = trials ?? WEEKS;
    const holdDays = Math.ceil((weeks * 7) / HOLD_WEEKS_IN);
    const [resend, hold] = await Promise.all([
      playTime({ ...MANY, seed, policy: "resend" }, weeks * 7 * DAY_MS),
      playTimeApart({ ...MANY, seed: seed + 1, policy: "hold" }, holdDays * DAY_MS),
    ]);
    const figures = { ...named("resend", tell(resend, onViolation)), ...named("hold", tell(hold, onViolation)) };
    return { trials: weeks, seed, figures };
  },
};

/** A trial is a step of the wall clock within one boot, half of them under each policy; reboots with a step between are counted apart. */
export const hourClockSteps: LongTrial = {
  name: "hour.clock-steps",
  run: async ({ trials, seed, onViolation }) => {
    const steps = trials ?? STEPS;
    const some = (policy: HourWorldOptions["policy"]): HourWorldOptions => ({ ...SOME, seed, policy });
    const resend = tell(await playSteps(some("resend"), Math.ceil(steps / 2)), onViolation);
    const hold = tell(await playSteps(some("hold"), Math.floor(steps / 2)), onViolation);
    const calm = { ...some("resend"), symbols: 2, moods: [] }; // nothing but the clock holds a mail back
    const boots = Math.ceil(steps / STEPS_PER_BOOT);
    const rebooted = tell(await playReboots(calm, boots), onViolation);
    const figures = { ...named("resend", resend), ...named("hold", hold), ...named("reboots", rebooted), boots };
    return { trials: steps, seed, figures };
  },
};

function tell({ faults, figures }: HourVerdict, onViolation: (text: string) => void): HourVerdict["figures"] {
  for (const fault of faults) onViolation(fault);
  return figures;
}

function named(what: string, figures: HourVerdict["figures"]): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${what}_${name}`, value]));
}
