// The long trials in small, for `make test`: how long each may take, so that all of them together stay short. One table, and a
// test that sums it.

/** Seconds of each short run, from its start to its verdict. */
export const SHORT_RUNS = {
  "kill.server": 17,
  "kill.notifier": 11,
  "kill.fetcher": 16,
  "server.away": 16,
  sigterm: 30,
} as const;

/** All of them together, in seconds. */
export const SHORT_RUNS_LIMIT = 90;

/** Runs it and throws what it finds broken, or that it took longer than it may. */
export async function runShort(
  name: keyof typeof SHORT_RUNS,
  trial: (onViolation: (text: string) => void) => Promise<unknown>,
): Promise<void> {
  const violations: string[] = [];
  const beganAt = performance.now();
  await trial((text) => violations.push(text));
  const seconds = (performance.now() - beganAt) / 1_000;
  if (violations.length > 0) throw new Error(`${violations.length} violations: ${violations.slice(0, 5).join("; ")}`);
  if (seconds > SHORT_RUNS[name]) throw new Error(`took ${seconds.toFixed(1)} s and may take ${SHORT_RUNS[name]}`);
}
