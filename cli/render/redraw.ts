import type { Terminal } from "../terminal.ts";

const ESCAPE = "\u001b[";
const HIDE_CURSOR = `${ESCAPE}?25l`;
const SHOW_CURSOR = `${ESCAPE}?25h`;
const END_OF_LINE = `${ESCAPE}K`;
const END_OF_SCREEN = `${ESCAPE}J`;
const WHOLE_SCREEN = `${ESCAPE}H${ESCAPE}2J`;

/** Draws lines over those it drew before. One write each time and nothing is cleared before it is written over: no flicker. */
export class Redraw {
  readonly #terminal: Terminal;
  #drawn: readonly string[] | null = null;
  #columns: number | null = null;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Lines that fit the screen, and hold no control characters. */
  draw(lines: readonly string[]): void {
    if (this.#drawn !== null && isSame(this.#drawn, lines) && this.#columns === this.#terminal.columns) return;
    const body = lines.map((line) => `${line}${END_OF_LINE}\n`).join("");
    this.#terminal.write(`${this.#toStart()}${body}${END_OF_SCREEN}`);
    this.#drawn = lines;
    this.#columns = this.#terminal.columns;
  }

  /** Leaves the last drawing where it is, the cursor at the start of a clean line below. */
  end(): void {
    if (this.#drawn !== null) this.#terminal.write(`\r${END_OF_SCREEN}${SHOW_CURSOR}`);
  }

  #toStart(): string {
    if (this.#drawn === null) return HIDE_CURSOR;
    // A screen of another width has broken the lines anew: nobody knows where they begin.
    if (this.#columns !== this.#terminal.columns) return WHOLE_SCREEN;
    return this.#drawn.length === 0 ? "\r" : `\r${ESCAPE}${this.#drawn.length}A`;
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, at) => line === b[at]);
}
