import { AppError, type FieldProblem } from "./error.ts";

/** Gathers what is wrong with a request, so that its caller is told of every bad field at once. */
export class FieldProblems {
  readonly #problems: FieldProblem[] = [];
  readonly #hints = new Set<string>();

  /** What `read` makes of a field; if it refuses the value, that is kept under the field's path in the request and `instead` stands in. */
  read<Value>(field: string, instead: Value, read: () => Value): Value {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "INVALID_ARGUMENT") throw error;
      const inner = error.fields.length > 0 ? error.fields : [{ field, reason: error.reason, message: error.message }];
      for (const one of inner) {
        this.#problems.push({ ...one, field: one.field.startsWith(`${field}.`) ? one.field : field });
      }
      if (error.hint !== "") this.#hints.add(error.hint);
      return instead;
    }
  }

  /** Keeps a problem that shows only in several fields together. */
  refuse(problem: FieldProblem, hint = ""): void {
    this.#problems.push(problem);
    if (hint !== "") this.#hints.add(hint);
  }

  /** Throws AppError INVALID_ARGUMENT with every problem, if there was one. */
  check(): void {
    if (this.#problems.length > 0) throw AppError.invalid(this.#problems, [...this.#hints].join(" "));
  }
}
