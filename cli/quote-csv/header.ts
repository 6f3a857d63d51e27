/** The columns that are read. */
const COLUMNS = ["symbol", "period", "time", "open", "high", "low", "close", "volume"] as const;
export type Column = (typeof COLUMNS)[number];

/** Where the columns stand, counted from 0. */
export interface Header {
  readonly places: ReadonlyMap<Column, number>;
  /** How many cells a row has. */
  readonly width: number;
  /** The header as it was written, to know it when it comes again. */
  readonly cells: readonly string[];
}

/** Something wrong with a row, or with one of its cells. */
export interface CellProblem {
  /** Counted from 1; null: the row as a whole. */
  readonly column: number | null;
  readonly message: string;
}

const OTHER_NAMES: Readonly<Record<string, Column>> = {
  timestamp: "time",
  datetime: "time",
  date: "time",
  starttime: "time",
  ticker: "symbol",
};
/** What Alpha Vantage and others write beside prices as they were traded, and nothing here needs. */
const IGNORED = new Set([
  "adjustedclose",
  "adjclose",
  "dividendamount",
  "dividends",
  "splitcoefficient",
  "stocksplits",
]);
const REQUIRED: readonly Column[] = ["time", "open", "high", "low", "close"];
const LONGEST_SHOWN = 40;
const NAMES = "timestamp,open,high,low,close,volume (and symbol, period)";

/** Reads the first row of a file. All that is wrong with it comes back as a list. */
export function readHeader(cells: readonly string[]): Header | readonly CellProblem[] {
  const strange = strangeFile(cells);
  if (strange !== null) return [{ column: null, message: strange }];
  const places = new Map<Column, number>();
  const problems: CellProblem[] = [];
  cells.forEach((cell, at) => {
    const problem = placeColumn(places, cell, at);
    if (problem !== null) problems.push({ column: at + 1, message: problem });
  });
  const missing = REQUIRED.filter((column) => !places.has(column)).map((column) =>
    column === "time" ? "timestamp" : column,
  );
  if (missing.length > 0)
    problems.push({ column: null, message: `has no column ${missing.join(", ")}; the names are ${NAMES}` });
  return problems.length > 0 ? problems : { places, width: cells.length, cells };
}

/** What stands in the way of a column; null: nothing. */
function placeColumn(places: Map<Column, number>, cell: string, at: number): string | null {
  const name = cell.toLowerCase().replaceAll(/[\s_]/g, "");
  if (IGNORED.has(name)) return null;
  const column = OTHER_NAMES[name] ?? COLUMNS.find((one) => one === name);
  if (column === undefined) return `${quoted(cell)} is no column that is read; take it out. The names are ${NAMES}`;
  if (places.has(column)) return `${quoted(cell)} is there twice`;
  places.set(column, at);
  return null;
}

/** What a file is that has no header like ours; null if it may have one. */
function strangeFile(cells: readonly string[]): string | null {
  const [first = ""] = cells;
  if (first.startsWith("{") || first.startsWith("["))
    return "is JSON and no CSV; ask Alpha Vantage with datatype=csv, and see what it answers";
  if (first.startsWith("<")) return "is a page and no CSV";
  if (cells.some((cell) => /[\0\ufffd]/.test(cell)))
    return "is no text in UTF-8; save it as CSV in UTF-8, unpacked, and no other kind of file";
  if (cells.length === 1 && /[;\t|]/.test(first))
    return "has columns that are divided by other than commas; write it with commas";
  if (cells.some((cell) => /^[\d.]+$/.test(cell))) return `is no header; the first row must name the columns: ${NAMES}`;
  return null;
}

/** A cell as it is told. */
export function quoted(cell: string): string {
  const shown = cell.length > LONGEST_SHOWN ? `${cell.slice(0, LONGEST_SHOWN)}…` : cell;
  return `"${shown.replaceAll(/\s/g, " ")}"`;
}
