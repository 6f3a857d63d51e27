import { setImmediate as nextTurn } from "node:timers/promises";

/** What has not come by then does not come, and a test that waits on would keep the process alive. */
const LIMIT_MS = 10_000;

/** Waits, turn by turn, until the condition holds; throws after ten seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > LIMIT_MS) throw new Error(`still not so after 10 s: ${condition.toString()}`);
    await nextTurn();
  }
}
