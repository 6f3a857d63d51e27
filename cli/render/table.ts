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
}

const GAP = 2;
/** A column that wraps keeps so much; the widest wraps first. */
const NARROWEST = 9;
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
    const width = rows.reduce((widest, row) => Math.max(widest, neutralise(row[at] ?? "").length), column.title.length);
    return { ...column, at, width };
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
    const widest = Math.max(...narrowed.filter(({ wraps }) => wraps === true).map(({ width }) => width));
    const at = narrowed.findIndex(({ wraps, width }) => wraps === true && width === widest);
    const column = narrowed[at];
    if (column === undefined || widest <= NARROWEST) break;
    narrowed[at] = { ...column, width: widest - 1 };
  }
  return narrowed;
}

function trimmed(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
