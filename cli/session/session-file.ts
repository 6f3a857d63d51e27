import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { AppError } from "../../domain/error.ts";
import { makeFolder } from "../../runtime/config/make-folder.ts";
import { openMode } from "../../runtime/config/open-mode.ts";
import { parseStoredSession, type StoredSession } from "./stored-session.ts";

const OWNER_ONLY = 0o600;

/** Keeps one log-in on disk, for its owner's eyes alone; written whole or not at all. */
export class SessionFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The log-in, or null if there is none. Throws AppError CONFIG_INVALID when others may read the file or it is damaged. */
  load(): StoredSession | null {
    let text: string;
    try {
      const open = openMode(statSync(this.path).mode);
      if (open !== null) throw openToOthers(this.path, open);
      text = readFileSync(this.path, "utf8");
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error instanceof AppError ? error : unusable(this.path, "read", error);
    }
    const stored = parseStoredSession(text);
    if (stored === null) throw damaged(this.path);
    return stored;
  }

  /** Throws AppError CONFIG_INVALID when it cannot be written. */
  save(session: StoredSession): void {
    const draft = `${this.path}.${randomBytes(6).toString("hex")}.tmp`;
    try {
      makeFolder(dirname(this.path));
      writeDurably(draft, `${JSON.stringify(session, null, 2)}\n`);
      renameSync(draft, this.path);
    } catch (error) {
      removeQuietly(draft);
      throw unusable(this.path, "written", error);
    }
  }

  /** Forgets the log-in; without one nothing happens. */
  remove(): void {
    try {
      rmSync(this.path, { force: true });
    } catch (error) {
      throw unusable(this.path, "removed", error);
    }
  }
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, "wx", OWNER_ONLY);
  try {
    chmodSync(path, OWNER_ONLY); // whatever the umask made of it
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Where nothing can be made, nothing can be removed either. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // the first error says it all
  }
}

function isAbsent(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
}

function openToOthers(path: string, mode: string): AppError {
  return new AppError("FAILED_PRECONDITION", "CONFIG_INVALID", `${path} is open to other users (mode ${mode})`, {
    hint: `chmod 600 ${path}, or ./bell login again if somebody may have read it`,
  });
}

function damaged(path: string): AppError {
  return new AppError("FAILED_PRECONDITION", "CONFIG_INVALID", `${path} does not hold a log-in`, {
    hint: `rm ${path}, then ./bell login EMAIL`,
  });
}

function unusable(path: string, what: string, cause: unknown): AppError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new AppError(
    "FAILED_PRECONDITION",
    "CONFIG_INVALID",
    `your log-in in ${path} cannot be ${what} (${code ?? message})`,
    {
      hint: "set BELL_SESSION_FILE to a place that is yours",
      cause,
    },
  );
}
