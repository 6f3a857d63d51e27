import { rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import { makeFolder } from "../../runtime/config/make-folder.ts";

const POLL_MS = 50;
/** Longer than a holder can take: a call's limit and a little. Whoever held it longer has died. */
const STALE_MS = 20 * SECOND_MS;

/** Runs `deed` while no other process does so under the same path. Throws AppError CONFIG_INVALID if no lock can be made. */
export async function withFileLock<Result>(path: string, clock: Clock, deed: () => Promise<Result>): Promise<Result> {
  makeFolderOf(path);
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

function makeFolderOf(path: string): void {
  try {
    makeFolder(dirname(path));
  } catch (error) {
    throw unusable(path, error);
  }
}

function tryLock(path: string): boolean {
  try {
    writeFileSync(path, `${process.pid}\n`, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw unusable(path, error);
  }
}

function unusable(path: string, cause: unknown): AppError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new AppError("FAILED_PRECONDITION", "CONFIG_INVALID", `${path} cannot be made (${code ?? message})`, {
    hint: "set BELL_SESSION_FILE to a place that is yours",
    cause,
  });
}

function isStale(path: string, clock: Clock): boolean {
  const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && clock.now() - made > STALE_MS;
}
