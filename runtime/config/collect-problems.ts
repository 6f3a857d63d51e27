import { AppError, type FieldProblem } from "../../domain/error.ts";

/** What `read` gives; undefined if it threw an AppError, whose problems are added, so that all mistakes are told at once. */
export function collectProblems<Value>(problems: FieldProblem[], read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    problems.push(...error.fields);
    return undefined;
  }
}
