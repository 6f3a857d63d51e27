import { setImmediate as nextTurn } from "node:timers/promises";

/** What has not come by then does not come, and a test that waits on would keep the process alive. */
const LIMIT_MS = 60_000;

/** Waits, turn by turn, until the condition holds; throws after a minute. */
export async function until(condition: () => boolean): Promise<void> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > LIMIT_MS) throw new Error(`still not so after a minute: ${condition.toString()}`);
    await nextTurn();
  }
}
