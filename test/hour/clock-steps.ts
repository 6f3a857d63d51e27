// What people, time servers and dead batteries do to a wall clock.
import { DAY_MS, HOUR_MS, type TimeMs } from "../../domain/time.ts";
import { pick, type Random } from "../random-history.ts";

/** The last second that fits into 32 bits. */
const END_OF_32_BITS_MS = 2 ** 31 * 1_000;

/** What the wall clock shows next, given what it shows and what it really is; each kind in its turn. */
export function nextWall(step: number, wallMs: TimeMs, trueMs: TimeMs, random: Random): TimeMs {
  const kinds: readonly (() => TimeMs)[] = [
    () => wallMs + HOUR_MS,
    () => wallMs - HOUR_MS,
    () => wallMs + 25 * HOUR_MS,
    () => wallMs - 25 * HOUR_MS,
    () => trueMs + HOUR_MS, // summer time, taken for the time itself
    () => trueMs, // and back
    () => random(DAY_MS), // 1970
    () => wallMs + pick(random, [-1, 1]) * (1 + random(5_000)), // a little
    () => END_OF_32_BITS_MS - HOUR_MS + random(2 * HOUR_MS), // 2038
    () => trueMs,
  ];
  return (kinds[step % kinds.length] ?? kinds[0])?.() ?? trueMs;
}
