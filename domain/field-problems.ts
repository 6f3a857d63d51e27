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
        this.#problems.push({ ...one, field: isWithin(one.field, field) ? one.field : field });
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

  /** Whether the field, or something within it, was refused. */
  has(field: string): boolean {
    return this.#problems.some((one) => one.field === field || isWithin(one.field, field));
  }

  /** Throws AppError INVALID_ARGUMENT with every problem, if there was one. */
  check(): void {
    if (this.#problems.length > 0) throw AppError.invalid(this.#problems, [...this.#hints].join(" "));
  }
}

/** Whether a path leads into the field: `alert.condition.level` or `alert.tags[2]`. */
function isWithin(path: string, field: string): boolean {
  return path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
}
