import Table from "cli-table3";
import { neutralise } from "./neutralise.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Gives way when the screen is too narrow. */
  readonly shrinks?: boolean;
}

const GAP = 2;
/** A column that gives way keeps so much; the widest gives way first. */
const NARROWEST = 8;
const NO_LINES = Object.fromEntries(
  ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
    .concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"])
    .map((place) => [place, ""]),
);

/** A table for people, a line each, no line break at its end; `width` null: nothing is cut. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | null,
): string {
  const cells = rows.map((row) => row.map(neutralise));
  const table = new Table({
    head: columns.map(({ title }) => title),
    chars: NO_LINES,
    colAligns: columns.map(({ align = "left" }) => align),
    colWidths: columnWidths(columns, cells, width),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": GAP },
  });
  table.push(...cells);
  return trimmed(table.toString());
}

/** Names and values, a line each. */
export function renderFields(fields: readonly (readonly [name: string, value: string])[]): string {
  const longest = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${name.padEnd(longest + GAP)}${neutralise(value)}`.trimEnd()).join("\n");
}

function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | null,
): (number | null)[] {
  const natural = columns.map(
    ({ title }, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)) + GAP,
  );
  const widths = [...natural];
  let surplus = width === null ? 0 : natural.reduce((sum, one) => sum + one, 0) - width;
  for (; surplus > 0; surplus -= 1) {
    const widest = Math.max(...widths.filter((_, at) => columns[at]?.shrinks === true));
    if (widest <= NARROWEST + GAP) break;
    widths[widths.findIndex((one, at) => one === widest && columns[at]?.shrinks === true)] = widest - 1;
  }
  return widths.map((one, at) => (one === natural[at] ? null : one));
}

function trimmed(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
