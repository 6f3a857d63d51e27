import type { Environment } from "../config/read-settings.ts";
import type { Handle, StartProcess } from "./handle.ts";

/** A process that has not ended in good order after so long is ended anyway; `bell up` waits a little longer. */
const CLOSE_LIMIT_MS = 8_000;

/**
 * Runs one process until SIGTERM or SIGINT, or until a parent that opened an IPC channel goes away. Tells that parent
 * `{ ready: addresses }`. Rejects with whatever kept it from starting, or made it end by itself.
 */
export async function runProcess(start: StartProcess, environment: Environment): Promise<void> {
  const stopped = stopRequest();
  const handle = await start(environment);
  process.send?.({ ready: handle.addresses });
  const failure = await Promise.race([stopped, ...(handle.failed === undefined ? [] : [handle.failed])]);
  await closeInTime(handle);
  if (failure !== undefined) throw failure;
}

function stopRequest(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
    if (process.send !== undefined) process.once("disconnect", () => resolve());
  });
}

async function closeInTime(handle: Handle): Promise<void> {
  const limit = setTimeout(() => process.exit(1), CLOSE_LIMIT_MS);
  await handle.close();
  clearTimeout(limit);
  if (process.connected) process.disconnect();
}
