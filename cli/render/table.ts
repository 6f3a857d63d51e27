import Table from "cli-table3";
import { neutralise } from "./neutralise.ts";
import { wrapText } from "./wrapped-fields.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Goes on below itself when the screen is too narrow. */
  readonly wraps?: boolean;
  /** Left out when the screen is too narrow, the last of such columns first, before anything wraps. */
  readonly spare?: boolean;
}

/** A column at its place in a row, as wide as it is shown. */
interface PlacedColumn extends Column {
  readonly at: number;
  readonly width: number;
  /** It breaks between words, never within one. */
  readonly narrowest: number;
}

const GAP = 2;
/** A column that wraps keeps so much, and its longest word; the widest wraps first. */
const NARROWEST = 9;
/** No number, time or reason is longer; what is longer is a link or a mistake, and is broken where it must be. */
const LONGEST_WORD = 26;
const NO_LINES = Object.fromEntries(
  ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
    .concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"])
    .map((place) => [place, ""]),
);

/**
 * A table for people, no line break at its end; `width` null: a line for each row. Nothing is ever cut: on a screen narrower than
 * all that may wrap or be left out makes room for, the lines are longer than the screen.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | null,
): string {
  const shown = fitColumns(placeColumns(columns, rows), width);
  const wrapped = (text: string, column: PlacedColumn) => wrapText(text, column.width).join("\n");
  const table = new Table({
    head: shown.map((column) => wrapped(column.title, column)),
    chars: NO_LINES,
    colAligns: shown.map(({ align = "left" }) => align),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": GAP },
  });
  table.push(...rows.map((row) => shown.map((column) => wrapped(row[column.at] ?? "", column))));
  return trimmed(table.toString());
}

/** Names and values, a line each. */
export function renderFields(fields: readonly (readonly [name: string, value: string])[]): string {
  const longest = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${name.padEnd(longest + GAP)}${neutralise(value)}`.trimEnd()).join("\n");
}

/** Every column as wide as its widest cell. */
function placeColumns(columns: readonly Column[], rows: readonly (readonly string[])[]): PlacedColumn[] {
  return columns.map((column, at) => {
    const cells = [column.title, ...rows.map((row) => neutralise(row[at] ?? ""))];
    const words = cells.flatMap((cell) => cell.split(" ")).filter(({ length }) => length <= LONGEST_WORD);
    return { ...column, at, width: longestOf(cells), narrowest: Math.max(NARROWEST, longestOf(words)) };
  });
}

function fitColumns(columns: readonly PlacedColumn[], width: number | null): readonly PlacedColumn[] {
  const surplus = width === null ? 0 : columns.reduce((sum, one) => sum + one.width + GAP, -GAP) - width;
  if (surplus <= 0) return columns;
  const spare = columns.findLastIndex((column) => column.spare === true);
  return spare === -1 ? narrowColumns(columns, surplus) : fitColumns(columns.toSpliced(spare, 1), width);
}

function narrowColumns(columns: readonly PlacedColumn[], surplus: number): PlacedColumn[] {
  const narrowed = [...columns];
  for (let left = surplus; left > 0; left -= 1) {
    const wide = narrowed.filter(({ wraps, width, narrowest }) => wraps === true && width > narrowest);
    const widest = Math.max(...wide.map(({ width }) => width));
    const column = wide.find(({ width }) => width === widest);
    if (column === undefined) break;
    narrowed[narrowed.indexOf(column)] = { ...column, width: widest - 1 };
  }
  return narrowed;
}

function longestOf(texts: readonly string[]): number {
  return texts.reduce((longest, { length }) => Math.max(longest, length), 0);
}

function trimmed(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
