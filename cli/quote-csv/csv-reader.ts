// CSV as RFC 4180 has it, a piece of text at a time: what is remembered between two pieces is bounded, whatever comes. Rows are numbered as
// a spreadsheet does it: the header is row 1, empty rows count, and a row of several lines is one.

/** A row of cells; or, where `problem` says why, none. */
export interface CsvRow {
  readonly row: number;
  readonly cells: readonly string[];
  readonly problem: string | null;
}

/** No row of prices comes near it, in characters. */
export const LONGEST_ROW = 65_536;

/** A row without quotation marks, and what ends it. */
const PLAIN_ROW = /([^"\r\n]*)(\r\n|\n|\r|$)/y;
/** A cell, in quotation marks or not, and what ends it. */
const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
/** Quotation marks that are closed. */
const CLOSED = /"(?:[^"]|"")*"/y;
const LINE_END = /\r\n|\n|\r/g;

/** What stands at a place: a row and where the next one begins; or that no row ends there yet. */
type Found = { readonly cells: readonly string[]; readonly problem: string | null; readonly end: number } | "unended";

export class CsvReader {
  /** What is not a whole row yet. */
  #rest = "";
  #row = 0;
  /** The row was refused: what is left of its line is passed over. */
  #isSkipping = false;

  /** The rows that are whole now; `isLast`: nothing more comes. Empty ones are counted and left out. */
  *read(text: string, isLast = false): Generator<CsvRow> {
    this.#rest += text;
    let at = 0;
    while (at < this.#rest.length) {
      if (this.#isSkipping) at = this.#skipLine(at, isLast);
      if (this.#isSkipping) break;
      const found = this.#rowAt(at, isLast);
      if (found === "unended") break;
      at = found.end;
      this.#row += 1;
      this.#isSkipping = found.problem !== null;
      const isEmpty = found.cells.length === 1 && found.cells[0] === "";
      if (!isEmpty) yield { row: this.#row, cells: found.cells, problem: found.problem };
    }
    this.#rest = this.#rest.slice(at);
  }

  #rowAt(at: number, isLast: boolean): Found {
    const [, text, end] = this.#match(PLAIN_ROW, at) ?? [];
    if (text === undefined || end === undefined) return this.#quotedRowAt(at, isLast);
    if (this.#isUnended(end, PLAIN_ROW.lastIndex, isLast)) return this.#unended(at);
    return { cells: text.split(","), problem: null, end: PLAIN_ROW.lastIndex };
  }

  #quotedRowAt(at: number, isLast: boolean): Found {
    const cells: string[] = [];
    for (let next = at; ; next = CELL.lastIndex) {
      const [, quoted, plain = "", end] = this.#match(CELL, next) ?? [];
      if (end === undefined) return this.#brokenCell(at, next, isLast);
      if (this.#isUnended(end, CELL.lastIndex, isLast)) return this.#unended(at);
      cells.push(quoted?.replaceAll('""', '"') ?? plain);
      if (end !== ",") return { cells, problem: null, end: CELL.lastIndex };
    }
  }

  /** A cell that is none yet, for its quotation mark may still be closed, or none at all. */
  #brokenCell(rowAt: number, at: number, isLast: boolean): Found {
    const isOpen = this.#rest[at] === '"' && !this.#isClosed(at);
    if (isOpen && !isLast) return this.#unended(rowAt);
    const problem = isOpen ? "has a quotation mark that nothing closes" : "has a quotation mark where none may stand";
    return { cells: [], problem, end: rowAt };
  }

  /** Two quotation marks are one within a cell: of the first two the second may be yet to come. */
  #isClosed(at: number): boolean {
    return this.#match(CLOSED, at) !== null && this.#rest[CLOSED.lastIndex] !== '"';
  }

  /** The end of what came is no end of a row, and a CR there may be half of one. */
  #isUnended(end: string, endAt: number, isLast: boolean): boolean {
    return !isLast && (end === "" || (end === "\r" && endAt === this.#rest.length));
  }

  /** Waits for more, but not for ever. */
  #unended(at: number): Found {
    if (this.#rest.length - at <= LONGEST_ROW) return "unended";
    const open = this.#rest.includes('"', at) ? "; is a quotation mark not closed?" : "";
    return { cells: [], problem: `is longer than ${LONGEST_ROW} characters${open}`, end: at };
  }

  /** Where the next line begins, if that has come; nothing of this one is remembered. */
  #skipLine(at: number, isLast: boolean): number {
    LINE_END.lastIndex = at;
    const [end] = LINE_END.exec(this.#rest) ?? [];
    if (end === undefined) return this.#rest.length;
    if (this.#isUnended(end, LINE_END.lastIndex, isLast)) return this.#rest.length - 1;
    this.#isSkipping = false;
    return LINE_END.lastIndex;
  }

  #match(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at;
    return pattern.exec(this.#rest);
  }
}
