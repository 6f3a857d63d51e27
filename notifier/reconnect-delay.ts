import { MAX_RECONNECT_BACKOFF_MS } from "../runtime/grpc/channel-options.ts";

const FIRST_MS = 100;

/** The wait before the next stream, by how many in a row came to nothing; `random` in [0, 1) spreads notifiers apart. */
export function reconnectDelayMs(failures: number, random: number): number {
  const full = Math.min(FIRST_MS * 2 ** failures, MAX_RECONNECT_BACKOFF_MS);
  return Math.round(full * (0.5 + random / 2));
}
