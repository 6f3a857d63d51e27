import type { AppError } from "../../../domain/error.ts";
import { corrupt, storeError } from "../../../runtime/sqlite/store-error.ts";
import type { JobAnswer } from "./run-job.ts";

/** What a job's answer means to whoever asked; null: it went well. `file` is the database that it worked on. */
export function errorFromAnswer(answer: JobAnswer, file: string): AppError | null {
  if (answer.kind === "done") return null;
  if (answer.kind === "damaged") return corrupt(answer.text, file);
  return storeError(Object.assign(new Error(answer.text), { code: answer.code }), file);
}
