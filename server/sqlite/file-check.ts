import { join } from "node:path";
import type { AppError } from "../../domain/error.ts";
import type { Log } from "../../runtime/log/log.ts";
import { corrupt, storeError } from "../../runtime/sqlite/store-error.ts";
import { runJob, type JobAnswer } from "./jobs/run-job.ts";
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

/** What a job's answer means to whoever asked; null: it went well. */
export function errorFromAnswer(answer: JobAnswer, file: string): AppError | null {
  if (answer.kind === "done") return null;
  if (answer.kind === "damaged") return corrupt(answer.text, file);
  return storeError(Object.assign(new Error(answer.text), { code: answer.code }), file);
}
