// The simulated trials of the hour: what is played, what is judged, and what is counted.
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { randomFrom } from "../random-history.ts";
import { nextWall } from "./clock-steps.ts";
import { closePairs, judgeBesidesTime, judgeHour, longestWaitMs, type HourEvidence } from "./hour-oracle.ts";
import { judgeWishes } from "./wish-oracle.ts";
import { HourWorld, type HourWorldOptions } from "./hour-world.ts";

/** What a trial came to. */
export interface HourVerdict {
  /** A sentence for each thing that does not hold. */
  readonly faults: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

/** After a reboot the wall clock decides: an hour at most that was left, and one more if it was set back. */
const LONGEST_SILENCE_MS = 2 * HOUR_MS;
/** Reboots are so far apart that each one's silence is over before the next. */
const BETWEEN_BOOTS_MS = 3 * HOUR_MS;

/** Lets so much time pass in a world, and judges it. */
export async function playTime(options: HourWorldOptions, ms: number): Promise<HourVerdict> {
  const judge = (evidence: HourEvidence): string[] => [...judgeHour(evidence), ...judgeWishes(evidence)];
  return inWorld(options, (world) => world.run(ms), judge);
}

/** So many steps of the wall clock within one boot. */
export async function playSteps(options: HourWorldOptions, steps: number): Promise<HourVerdict> {
  const random = randomFrom(options.seed + 10);
  const play = async (world: HourWorld): Promise<void> => {
    for (let step = 0; step < steps; step += 1) {
      await world.run(10 * MINUTE_MS + random(40 * MINUTE_MS));
      await world.setWall(nextWall(step, world.machine.wallMs, world.machine.trueMs, random));
    }
    await world.run(HOUR_MS);
  };
  return inWorld(options, play, judgeHour);
}

/** So many reboots, the wall clock being set in each. What came within the hour is counted only; nothing may wait too long. */
export async function playReboots(options: HourWorldOptions, boots: number): Promise<HourVerdict> {
  const random = randomFrom(options.seed + 11);
  const play = async (world: HourWorld): Promise<void> => {
    for (let boot = 0; boot < boots; boot += 1) {
      await world.run(BETWEEN_BOOTS_MS + random(HOUR_MS));
      const { wallMs, trueMs } = world.machine;
      await world.reboot(random(90 * SECOND_MS), nextWall(boot, wallMs, trueMs, random));
    }
    await world.run(BETWEEN_BOOTS_MS);
  };
  return inWorld(options, play, (evidence) => {
    const waitedMs = longestWaitMs(evidence);
    const silent = waitedMs > LONGEST_SILENCE_MS ? [`a trigger waited for ${waitedMs / MINUTE_MS} minutes`] : [];
    return [...judgeBesidesTime(evidence), ...silent];
  });
}

async function inWorld(
  options: HourWorldOptions,
  play: (world: HourWorld) => Promise<void>,
  judge: (evidence: HourEvidence) => string[],
): Promise<HourVerdict> {
  const world = new HourWorld(options);
  try {
    await world.open();
    await play(world);
    await world.drain();
    const evidence = await world.evidence();
    return { faults: judge(evidence), figures: figuresOf(world, evidence) };
  } finally {
    await world.close();
  }
}

function figuresOf({ counts, weather }: HourWorld, evidence: HourEvidence): Record<string, number> {
  const views = [...evidence.notifications.values()].flat();
  const taken = evidence.attempts.filter(({ takenMs }) => takenMs !== null);
  const mails = new Set(taken.map(({ mail }) => mail.messageId)).size;
  const metBy = (end: RegExp): number =>
    [...weather.counts].reduce((sum, [what, times]) => sum + (end.test(what) ? times : 0), 0);
  const inState = (state: string): number => views.filter((view) => view.state === state).length;
  return {
    triggers: evidence.expected.length,
    of_them_reminders_and_ways_back: evidence.expected.filter(({ kind }) => kind !== "FIRED").length,
    mails,
    copies_of_mails: taken.length - mails,
    mails_of_several_symbols: new Set(
      taken.filter(({ mail }) => mail.symbols.length > 1).map(({ mail }) => mail.messageId),
    ).size,
    pairs_within_the_hour: closePairs(evidence.attempts).length,
    longest_wait_minutes: Math.round(longestWaitMs(evidence) / MINUTE_MS),
    server_restarts: counts.restarts,
    of_them_kills: counts.kills,
    notifier_restarts: counts.notifierRestarts,
    broken_streams: counts.breaks,
    changed_wishes: counts.wishes,
    put_off: metBy(/: (later|greylisted)$/),
    refused: metBy(/: (never|address)$/),
    hung: metBy(/: (hang|taken, then hang|taken late)$/),
    broke: metBy(/break$/),
    taken_without_a_word: metBy(/: taken/),
    sent: inState("SENT"),
    dead: inState("DEAD"),
    unknown: inState("UNKNOWN"),
    expired: inState("EXPIRED"),
    cancelled: inState("CANCELLED"),
  };
}
