import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";

const POLL_MS = 50;
/** Longer than a holder can take: a call's limit and a little. Whoever held it longer has died. */
const STALE_MS = 20 * SECOND_MS;

/** Runs `deed` while no other process does so under the same path. Throws AppError CONFIG_INVALID if no lock can be made. */
export async function withFileLock<Result>(path: string, clock: Clock, deed: () => Promise<Result>): Promise<Result> {
  while (!tryLock(path)) {
    if (isStale(path, clock)) rmSync(path, { force: true });
    else await clock.sleep(POLL_MS);
  }
  try {
    return await deed();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryLock(path: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${process.pid}\n`, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    throw new AppError("FAILED_PRECONDITION", "CONFIG_INVALID", `${path} cannot be made (${code ?? message})`, {
      hint: "set BELL_SESSION_FILE to a place that is yours",
      cause: error,
    });
  }
}

function isStale(path: string, clock: Clock): boolean {
  const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && clock.now() - made > STALE_MS;
}
