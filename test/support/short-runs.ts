// The long trials in small, for `make test`: how long each is meant to take, so that all of them together stay short. One table, and
// a test that sums it.

/** Seconds of each short run, from its start to its verdict, on two cores with little else to do. */
export const SHORT_RUNS = {
  "kill.server": 17,
  "kill.notifier": 10,
  "kill.fetcher": 14,
  "server.away": 17,
  sigterm: 26,
} as const;

/** All of them together, in seconds. */
export const SHORT_RUNS_LIMIT = 85;

/**
 * Runs it and throws what it finds broken. How long it took is only told when it was too long: how much it does is fixed, how fast it is
 * done is the machine's, and what hangs ends by the limits of what it waits for.
 */
export async function runShort(
  name: keyof typeof SHORT_RUNS,
  trial: (onViolation: (text: string) => void) => Promise<unknown>,
): Promise<void> {
  const violations: string[] = [];
  const beganAt = performance.now();
  await trial((text) => violations.push(text));
  const seconds = (performance.now() - beganAt) / 1_000;
  if (violations.length > 0) throw new Error(`${violations.length} violations: ${violations.slice(0, 5).join("; ")}`);
  if (seconds > SHORT_RUNS[name]) {
    process.stdout.write(`slow: ${name} took ${seconds.toFixed(1)} s; it is meant to take ${SHORT_RUNS[name]}\n`);
  }
}
