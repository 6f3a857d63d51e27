import { AppError, type ErrorCode, type ErrorReason, type FieldProblem } from "../../domain/error.ts";
import { isSqlite, storeError } from "../../runtime/sqlite/store-error.ts";
import type { HistoryResult } from "./history-reading.ts";

/** An AppError as it travels between threads, which keep nothing of an error but its text. */
interface ToldError {
  readonly code: ErrorCode;
  readonly reason: ErrorReason;
  readonly message: string;
  readonly hint: string;
  readonly fields: readonly FieldProblem[];
  readonly retryAfterMs: number | null;
}

/** What the thread that reads the past answers. `defect`: nothing that a caller can be told. */
export type HistoryAnswer =
  { readonly result: HistoryResult } | { readonly error: ToldError } | { readonly defect: string };

/** What the work came to, ready to travel. */
export function answerOf(work: () => HistoryResult, file: string): HistoryAnswer {
  try {
    return { result: work() };
  } catch (error) {
    if (!(error instanceof AppError || isSqlite(error))) return { defect: String((error as Error).stack ?? error) };
    const { code, reason, message, hint, fields, retryAfterMs } = storeError(error, file);
    return { error: { code, reason, message, hint, fields, retryAfterMs } };
  }
}

/** What travelled: the result, or the error thrown again. */
export function resultOf(answer: HistoryAnswer): HistoryResult {
  if ("result" in answer) return answer.result;
  if ("defect" in answer) throw new Error(answer.defect);
  const { code, reason, message, hint, fields, retryAfterMs } = answer.error;
  throw new AppError(code, reason, message, { hint, fields, retryAfterMs: retryAfterMs ?? undefined });
}
