import type { Clock } from "../../runtime/clock/clock.ts";

/** What `work` comes to, or undefined when it takes longer; then it is told to end and is not waited for. Rejects with what `work` rejects with in time. */
export async function within<Value>(
  limitMs: number,
  clock: Pick<Clock, "sleep">,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value | undefined> {
  const late = new AbortController();
  const inTime = new AbortController();
  const limit = clock.sleep(limitMs, inTime.signal).then(
    () => {
      late.abort(new Error(`it took longer than ${limitMs} ms`));
      return undefined;
    },
    () => undefined,
  );
  const done = work(late.signal);
  done.catch(() => undefined); // nobody listens any more when it is too late
  try {
    return await Promise.race([done, limit]);
  } finally {
    inTime.abort();
  }
}
