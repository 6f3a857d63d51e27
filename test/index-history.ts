// A random history for the index of wakes: every alert that the index would not ask is judged all the same, and must not change.
import type { Alert, AlertState } from "../domain/alert.ts";
import { armAlert, pauseAlert } from "../domain/arm.ts";
import { judgeAlert } from "../domain/judge.ts";
import { isNewer, previousOf, type Previous } from "../domain/previous.ts";
import { sightOf, type Sight } from "../domain/sight.ts";
import { INITIAL_STATE } from "../domain/state-change.ts";
import { isReached, type Wake } from "../domain/wakes.ts";
import { walkBounds } from "../domain/walk.ts";
import { widen } from "../domain/watch-levels.ts";
import { EXAMPLE_START_MS } from "./examples.ts";
import { pick, randomAlert, randomFrom, randomQuotes, type Random } from "./random-history.ts";

interface Watched {
  readonly alert: Alert;
  readonly state: AlertState;
  readonly wakes: readonly Wake[];
}

/** Whether the index asks an alert with these wakes. */
export type Index = (wakes: readonly Wake[], sight: Sight) => boolean;

/** As the server's index does. */
export const realIndex: Index = (wakes, { walk }) => {
  const bounds = widen(walkBounds(walk));
  return wakes.some((wake) => isReached(wake, bounds));
};

/** Says what is wrong when an alert that was not asked would have changed; null if all is well. */
function faultOf(watched: Watched, sight: Sight): string | null {
  const { state, trigger, wakes, reason } = judgeAlert(watched.alert, watched.state, sight);
  if (trigger !== undefined) return `not asked, but fires: ${reason}`;
  if (state !== watched.state) return `not asked, but changes: ${reason}`;
  return JSON.stringify(wakes) === JSON.stringify(watched.wakes) ? null : "not asked, but its wakes move";
}

/** Arms, pauses or leaves alone, as users do between quotes. */
function disturb(random: Random, watched: Watched, previous: Previous | null): Watched {
  const isQuiet = watched.state.version > 0 && random(12) !== 0;
  if (isQuiet) return watched;
  const canPause = ["ARMED", "DISARMED"].includes(watched.state.name) && random(3) === 0;
  const nowMs = (previous?.asOfMs ?? EXAMPLE_START_MS) + pick(random, [0, 1, 30_000]);
  const baseline = random(6) === 0 ? null : previous;
  return {
    ...watched,
    ...(canPause ? pauseAlert(watched.state) : armAlert(watched.alert, watched.state, baseline, nowMs)),
  };
}

/** Plays the history of a seed and returns the first fault of the index, or null. */
export function playHistory(seed: number, index: Index): string | null {
  const random = randomFrom(seed);
  let watchers = Array.from({ length: 6 }, (_, at): Watched => {
    return { alert: randomAlert(random, `alert-${at}`), state: INITIAL_STATE, wakes: [] };
  });
  let previous: Previous | null = null;
  for (const quote of randomQuotes(random, 16)) {
    const before: Previous | null = previous;
    watchers = watchers.map((watched) => disturb(random, watched, before));
    if (!isNewer(quote, before)) continue;
    const sight = sightOf(quote, before);
    for (const [at, watched] of watchers.entries()) {
      if (index(watched.wakes, sight)) {
        watchers[at] = { ...watched, ...judgeAlert(watched.alert, watched.state, sight) };
        continue;
      }
      const fault = faultOf(watched, sight);
      if (fault !== null) return `seed ${seed}: ${JSON.stringify(watched)} ${JSON.stringify(sight)}: ${fault}`;
    }
    previous = previousOf(quote, before);
  }
  return null;
}
