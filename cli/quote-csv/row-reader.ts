import { AppError } from "../../domain/error.ts";
import { parsePrice } from "../../domain/price.ts";
import { parseSymbol } from "../../domain/symbol.ts";
import { DAY_MS, type TimeMs } from "../../domain/time.ts";
import { quoted, type CellProblem, type Column, type Header } from "./header.ts";
import { parsePeriod } from "./period-text.ts";
import { readStamp, type Stamp } from "./stamp.ts";

/** A bar as a row of a file says it. */
export interface FileBar {
  readonly symbol: string;
  /** Null: the row does not say. */
  readonly periodMs: number | null;
  readonly timeMs: TimeMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** What is told beside the file. */
export interface Told {
  /** Every row is of it; null: each row says its own. */
  readonly symbol: string | null;
  /** What the file is called by; it counts where neither a row nor `symbol` says it. Null: nothing. */
  readonly fileSymbol: string | null;
  /** Null: each row says it, or the times do. */
  readonly periodMs: number | null;
  readonly nowMs: TimeMs;
}

/** Read at once, and exactly: at most 15 digits. */
const PLAIN_PRICE = /^\d{1,9}(?:\.\d{1,6})?$/;
/** However a double is written: 17 digits, the first in the sixth place after the point, before it goes over to an exponent. */
const VOLUME = /^\d{1,16}(?:\.\d{1,22})?(?:[eE][+-]?\d{1,3})?$/;
const EARLIEST_MS = Date.UTC(1900, 0);
const LONGEST_PERIOD_MS = 31 * DAY_MS;

/** Reads the rows under a header. */
export class RowReader {
  readonly #header: Header;
  readonly #told: Told;
  #problems: CellProblem[] = [];
  #cells: readonly string[] = [];

  constructor(header: Header, told: Told) {
    this.#header = header;
    this.#told = told;
  }

  /** The bar; or all that is wrong with the row. */
  read(cells: readonly string[]): FileBar | readonly CellProblem[] {
    const { width, cells: header } = this.#header;
    if (cells.length !== width) return [{ column: null, message: widthProblem(cells.length, width) }];
    if (cells.every((cell, at) => cell === header[at]))
      return [{ column: null, message: "is the header again; take it out" }];
    this.#cells = cells;
    this.#problems = [];
    const bar = this.#bar();
    return this.#problems.length > 0 ? this.#problems : bar;
  }

  #bar(): FileBar {
    const symbol = this.#symbol();
    const periodMs = this.#period();
    const timeMs = this.#time(symbol, periodMs);
    const [open, high, low, close] = [
      this.#price("open"),
      this.#price("high"),
      this.#price("low"),
      this.#price("close"),
    ];
    const volume = this.#volume();
    if (this.#problems.length === 0) this.#checkBar({ open, high, low, close }, periodMs);
    const isDay = timeMs.isDay && periodMs === null;
    return { symbol, periodMs: isDay ? DAY_MS : periodMs, timeMs: timeMs.timeMs, open, high, low, close, volume };
  }

  #symbol(): string {
    const cell = this.#cell("symbol");
    const { symbol: told, fileSymbol } = this.#told;
    if (cell === undefined) return told ?? fileSymbol ?? "";
    try {
      const symbol = parseSymbol(cell);
      if (told === null || symbol === told) return symbol;
      return this.#refuse("symbol", cell, `is not ${told}, which --symbol names`, "");
    } catch {
      return this.#refuse("symbol", cell, "is not a symbol, such as AAPL, BRK-B or TSCO.LON", "");
    }
  }

  #period(): number | null {
    const cell = this.#cell("period");
    if (cell === undefined) return this.#told.periodMs;
    const periodMs = parsePeriod(cell);
    if (periodMs !== null && periodMs <= LONGEST_PERIOD_MS) return periodMs;
    return this.#refuse("period", cell, "is not the length of a bar, such as 1m, 1h or 1d, nor tick", 0);
  }

  #time(symbol: string, periodMs: number | null): Stamp {
    const cell = this.#cell("time") ?? "";
    const stamp = readStamp(cell, symbol);
    const none = { timeMs: 0, isDay: false };
    if (typeof stamp === "string") return this.#refuse("time", cell, stamp, none);
    if (stamp.isDay && periodMs !== null && periodMs < DAY_MS) {
      return this.#refuse("time", cell, "names no time of day, and the bar is shorter than a day", none);
    }
    if (stamp.timeMs > this.#told.nowMs) return this.#refuse("time", cell, "is yet to come", none);
    if (stamp.timeMs < EARLIEST_MS) return this.#refuse("time", cell, "is before 1900", none);
    return stamp;
  }

  #price(column: Column): number {
    const cell = this.#cell(column) ?? "";
    if (PLAIN_PRICE.test(cell) && Number(cell) > 0) return Number(cell);
    try {
      return parsePrice(cell).price;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return this.#refuse(column, cell, "is not a price, such as 190.25", NaN);
    }
  }

  #volume(): number {
    const cell = this.#cell("volume");
    if (cell === undefined) return 0;
    const volume = VOLUME.test(cell) ? Number(cell) : NaN;
    if (volume < Number.MAX_SAFE_INTEGER) return volume;
    return this.#refuse("volume", cell, "is not a volume: 0 or more, in plain digits", 0);
  }

  #checkBar(
    { open, high, low, close }: Pick<FileBar, "open" | "high" | "low" | "close">,
    periodMs: number | null,
  ): void {
    if (low > Math.min(open, close)) this.#refuse("low", String(low), "is above open or close", null);
    if (high < Math.max(open, close)) this.#refuse("high", String(high), "is below open or close", null);
    const isOnePrice = open === close && high === low;
    if (periodMs === 0 && !isOnePrice) this.#refuse("close", String(close), "is of a tick, which has one price", null);
  }

  #cell(column: Column): string | undefined {
    const place = this.#header.places.get(column);
    return place === undefined ? undefined : this.#cells[place]?.trim();
  }

  /** Notes a problem, and returns what stands in. */
  #refuse<Value>(column: Column, cell: string, why: string, instead: Value): Value {
    const place = this.#header.places.get(column) ?? 0;
    this.#problems.push({ column: place + 1, message: cellProblem(column, cell, why) });
    return instead;
  }
}

function cellProblem(column: Column, cell: string, why: string): string {
  if (cell === "") return "is empty";
  if (cell.includes("\0")) return `${quoted(cell)} holds a NUL character`;
  if (cell.includes("\ufffd")) return `${quoted(cell)} is not UTF-8; save the file as UTF-8`;
  if (/^[=@]/.test(cell)) return `${quoted(cell)} is a formula; write its value`;
  const isNumber = column !== "symbol" && column !== "time" && column !== "period";
  if (isNumber && /^[\d.\s]*\d,\d/.test(cell)) return `${quoted(cell)} has a comma; write a point, and no separators`;
  return `${quoted(cell)} ${why}`;
}

function widthProblem(count: number, width: number): string {
  const comma = count > width ? "; a comma within a number divides it in two" : "";
  return `has ${count} ${count === 1 ? "cell" : "cells"}, and the header has ${width}${comma}`;
}
