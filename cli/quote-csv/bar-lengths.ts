import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import type { FileBar } from "./row-reader.ts";

/** Bars that people trade in. A step of another length says that some are missing. */
const USUAL_MS = [1, 2, 3, 5, 10, 15, 30]
  .map((count) => count * MINUTE_MS)
  .concat(
    [1, 2, 4].map((count) => count * HOUR_MS),
    DAY_MS,
  );
/** So many rows are looked at before it is decided. */
const ROWS_LOOKED_AT = 1_000;

/** A bar and the row that it stands in. */
export interface RowOfBar {
  readonly row: number;
  readonly bar: FileBar;
}

/** A bar whose length is known. */
export interface SizedRow {
  readonly row: number;
  readonly bar: FileBar & { readonly periodMs: number };
}

/** What cannot be sized, and why. */
export interface UnsizedRow {
  readonly row: number;
  readonly problem: string;
}

/**
 * How long bars are whose rows do not say it: the shortest step between two neighbours of a symbol among the first rows. A shorter step
 * further on says that this was wrong.
 */
export class BarLengths {
  #waiting: RowOfBar[] = [];
  #periodMs: number | null = null;
  #hasFailed = false;
  #last: RowOfBar | null = null;

  /** The rows that are sized now, in their order; `isLast`: no more come. */
  *take(rows: readonly RowOfBar[], isLast: boolean): Generator<SizedRow | UnsizedRow> {
    for (const one of rows) {
      if (one.bar.periodMs !== null) yield sized(one, one.bar.periodMs);
      else if (this.#periodMs !== null) yield* this.#sizedOne(one, this.#periodMs);
      else this.#waiting.push(one);
    }
    if (this.#periodMs === null && (isLast || this.#waiting.length >= ROWS_LOOKED_AT)) yield* this.#decide();
  }

  *#decide(): Generator<SizedRow | UnsizedRow> {
    const waiting = this.#waiting.splice(0);
    const [first] = waiting;
    if (first === undefined) return;
    const stepMs = shortestStep(waiting);
    if (!USUAL_MS.includes(stepMs)) {
      if (!this.#hasFailed)
        yield {
          row: first.row,
          problem: "does not say how long its bar is, and neither do the times; give --period, such as --period 1m",
        };
      this.#hasFailed = true;
      return;
    }
    this.#periodMs = stepMs;
    for (const one of waiting) yield* this.#sizedOne(one, stepMs);
  }

  *#sizedOne(one: RowOfBar, periodMs: number): Generator<SizedRow | UnsizedRow> {
    const last = this.#last;
    this.#last = one;
    const stepMs = last?.bar.symbol === one.bar.symbol ? Math.abs(one.bar.timeMs - last.bar.timeMs) : 0;
    if (stepMs === 0 || stepMs >= periodMs || this.#hasFailed) {
      yield sized(one, periodMs);
      return;
    }
    this.#hasFailed = true;
    yield {
      row: one.row,
      problem: `begins within the bar of row ${last?.row ?? 0}; give --period, such as --period 1m`,
    };
  }
}

function sized({ row, bar }: RowOfBar, periodMs: number): SizedRow {
  return { row, bar: { ...bar, periodMs } };
}

function shortestStep(rows: readonly RowOfBar[]): number {
  let shortest = Infinity;
  let last: FileBar | null = null;
  for (const { bar } of rows) {
    const stepMs = last?.symbol === bar.symbol ? Math.abs(bar.timeMs - last.timeMs) : 0;
    if (stepMs > 0) shortest = Math.min(shortest, stepMs);
    last = bar;
  }
  return shortest;
}
