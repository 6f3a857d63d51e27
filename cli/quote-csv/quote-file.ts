import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { BarLengths, type RowOfBar, type SizedRow } from "./bar-lengths.ts";
import { CsvReader, type CsvRow } from "./csv-reader.ts";
import { readHeader, type CellProblem, type Header } from "./header.ts";
import { RowProblems } from "./row-problems.ts";
import { RowReader, type Told } from "./row-reader.ts";

/** So many rows go together at most: as many as the server takes. */
const BATCH = 1_000;

/** A CSV file of prices, read once from its beginning to its end; what is remembered of it is bounded. */
export class QuoteFile {
  readonly problems = new RowProblems();
  readonly #file: string;
  readonly #told: Told;
  readonly #lengths = new BarLengths();
  #header: Header | null = null;
  #reader: RowReader | null = null;
  #rows = 0;

  constructor(file: string, told: Told) {
    this.#file = file;
    this.#told = told;
  }

  /** The good rows, in their order; the others are among `problems` in the end. Rejects with what the file system says. */
  async *batches(): AsyncGenerator<readonly SizedRow[]> {
    const csv = new CsvReader();
    // What is no UTF-8 becomes U+FFFD, which no cell may hold: so the row is known.
    const decoder = new TextDecoder("utf-8");
    for await (const bytes of createReadStream(this.#file) as AsyncIterable<Buffer>) {
      yield* this.#sized([...csv.read(decoder.decode(bytes, { stream: true }))], false);
      if (this.#header === null && this.problems.count > 0) return; // without a header nothing more can be said
    }
    yield* this.#sized([...csv.read(decoder.decode(), true)], true);
    if (this.#header === null && this.problems.count === 0) this.#add({ row: 1 }, "is missing: the file is empty");
    else if (this.#rows === 0 && this.problems.count === 0)
      this.#add({ row: 2 }, "is missing: there is nothing under the header");
  }

  /** Without its folders. */
  get name(): string {
    return basename(this.#file);
  }

  /** Whether the symbol is what the file is called by, for nothing else says it. */
  get isSymbolByName(): boolean {
    return this.#told.symbol === null && this.#header !== null && !this.#header.places.has("symbol");
  }

  *#sized(rows: readonly CsvRow[], isLast: boolean): Generator<readonly SizedRow[]> {
    const bars = rows.map((row) => this.#read(row)).filter((bar) => bar !== null);
    let batch: SizedRow[] = [];
    for (const one of this.#lengths.take(bars, isLast)) {
      if ("problem" in one) this.#add(one, one.problem);
      else batch.push(one);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  #read({ row, cells, problem }: CsvRow): RowOfBar | null {
    if (this.#header === null && this.problems.count > 0) return null; // what has no header has no rows
    if (problem !== null) return this.#add({ row }, problem);
    if (cells.every((cell) => cell.trim() === "")) return null; // as a spreadsheet writes an empty row
    if (this.#reader === null) return this.#readHeader(row, cells);
    this.#rows += 1;
    const bar = this.#reader.read(cells);
    return isProblems(bar) ? this.#addAll(row, bar) : { row, bar };
  }

  #readHeader(row: number, cells: readonly string[]): null {
    const header = readHeader(cells.map((cell) => cell.trim()));
    if (isProblems(header)) return this.#addAll(row, header, cells);
    if (!header.places.has("symbol") && (this.#told.symbol ?? this.#told.fileSymbol) === null) {
      const message = "has no column symbol, and the file is not called by one, such as AAPL.csv; give --symbol";
      return this.#add({ row }, message);
    }
    this.#header = header;
    this.#reader = new RowReader(header, this.#told);
    return null;
  }

  #addAll(row: number, problems: readonly CellProblem[], names = this.#header?.cells ?? []): null {
    for (const { column, message } of problems) {
      const named = column === null ? null : { number: column, name: names[column - 1] ?? "" };
      this.problems.add({ row, column: named, message });
    }
    return null;
  }

  #add({ row }: { readonly row: number }, message: string): null {
    this.problems.add({ row, column: null, message });
    return null;
  }
}

function isProblems(read: object): read is readonly CellProblem[] {
  return Array.isArray(read);
}
