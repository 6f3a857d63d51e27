// Runs a script of ours as a person would, with a home and a folder for temporary files of its own.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const ROOT = join(import.meta.dirname, "../..");

export interface ScriptResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly output: string;
  readonly complaints: string;
}

/** A place for one run; what is left in it afterwards was left behind. */
export class ScriptWorld {
  readonly folder = mkdtempSync(join(tmpdir(), "script-test-"));

  /** Runs to its end; `onLine` may end the process early by a signal. */
  async run(words: readonly string[], onOutput?: (output: string, kill: () => void) => void): Promise<ScriptResult> {
    // Node's own cache of compiled code stays where it always is.
    const cache = { NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache") };
    const environment = { ...process.env, ...cache, TMPDIR: this.folder, HOME: this.folder };
    const child = spawn(process.execPath, words, { cwd: ROOT, env: environment });
    let seen = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      seen += chunk;
      onOutput?.(seen, () => child.kill("SIGTERM"));
    });
    const exited = new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
    const [complaints, code] = await Promise.all([text(child.stderr), exited]);
    return { code, output: seen, complaints };
  }

  /** The names of what lies in the folder. */
  leftFiles(): string[] {
    return readdirSync(this.folder);
  }

  /** The processes that were started with this folder and still live; none where the system does not tell. */
  leftProcesses(): string[] {
    const ids = readProc().filter((name) => /^\d+$/.test(name));
    return ids.filter((id) => readText(`/proc/${id}/environ`).includes(this.folder));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function readProc(): string[] {
  try {
    return readdirSync("/proc");
  } catch {
    return [];
  }
}

/** Empty for another user's process, and for one that has just ended. */
function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
