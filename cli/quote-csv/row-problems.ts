import { AppError, type FieldProblem } from "../../domain/error.ts";

/** What is wrong with a row of a file. */
export interface RowProblem {
  readonly row: number;
  /** Counted from 1, and what the header calls it; null: the row as a whole. */
  readonly column: { readonly number: number; readonly name: string } | null;
  readonly message: string;
}

/** So many are told; of the others how many there are. */
const MOST_TOLD = 30;

/** Everything that is wrong with a file; only the first of it is kept. */
export class RowProblems {
  readonly #first: RowProblem[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(problem: RowProblem): void {
    this.#count += 1;
    if (this.#first.length < MOST_TOLD) this.#first.push(problem);
  }

  /** What the server found: its problems name rows as `rows[ROW]`. */
  addRefused(problems: readonly FieldProblem[]): void {
    for (const { field, message } of problems) {
      const [, row, name] = /^rows\[(\d+)\](?:\.(\w+))?$/.exec(field) ?? [];
      this.add({ row: Number(row ?? 1), column: null, message: name === undefined ? message : `${name} ${message}` });
    }
  }

  /** INVALID_ARGUMENT IMPORT_INVALID, with a line for each. */
  toError(file: string): AppError {
    const told = this.#first.toSorted((a, b) => a.row - b.row);
    const first = this.#count > told.length ? `, the first ${told.length} are` : "";
    const head = `${file}: nothing was imported; ${this.#count} ${this.#count === 1 ? "problem" : "problems"}${first}`;
    return new AppError("INVALID_ARGUMENT", "IMPORT_INVALID", [head, ...told.map(lineOf)].join("\n  "), {
      hint: "Mend the file and import it again; --dry-run only looks.",
      fields: told.map(fieldOf),
    });
  }
}

function lineOf({ row, column, message }: RowProblem): string {
  return `row ${row}${column === null ? "" : `, column ${column.number} (${column.name})`}: ${message}`;
}

function fieldOf({ row, column, message }: RowProblem): FieldProblem {
  const path = column === null ? `rows[${row}]` : `rows[${row}].cells[${column.number}]`;
  return { field: path, reason: "IMPORT_INVALID", message };
}
