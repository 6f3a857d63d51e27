import { join } from "node:path";
import type { Log } from "../../runtime/log/log.ts";
import { errorFromAnswer } from "./jobs/error-from-answer.ts";
import { runJob } from "./jobs/run-job.ts";
import type { StoreCondition } from "./store-condition.ts";

const SCRIPT = join(import.meta.dirname, "jobs", "check-file.ts");

/** Which database, and who hears of what is found in it. */
export interface CheckedFile {
  readonly file: string;
  readonly condition: StoreCondition;
  readonly log: Log;
}

/** Reads the whole database through, beside everything else, and notes what was found. Never rejects. */
export async function checkWholeFile({ file, condition, log }: CheckedFile, signal: AbortSignal): Promise<void> {
  try {
    const error = errorFromAnswer(await runJob(SCRIPT, [file], signal), file);
    if (error === null) condition.noteSound();
    else if (error.reason === "STORE_CORRUPT") condition.note(error);
    else log.warn({ err: error }, "the database could not be read through");
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error }, "the database could not be read through");
  }
}
