import { setImmediate as nextTurn } from "node:timers/promises";

/** Waits, turn by turn, until the condition holds; the test's own time limit ends what never comes. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}
