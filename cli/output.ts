import { neutraliseLines, safeJson } from "./render/neutralise.ts";
import type { Terminal } from "./terminal.ts";

/** What a command says when it has done its work: words and tables for people, or JSON for programs. */
export class Output {
  readonly json: boolean;
  readonly #terminal: Terminal;

  constructor(terminal: Terminal, json: boolean) {
    this.#terminal = terminal;
    this.json = json;
  }

  /** How wide a table may be; null: as wide as it likes. */
  get width(): number | null {
    return this.#terminal.columns;
  }

  /** The one answer of a command. */
  show(document: unknown, text: () => string): void {
    this.#terminal.write(`${this.json ? safeJson(document, 2) : neutraliseLines(text())}\n`);
  }

  /** One of many answers, a line each. */
  showItem(item: unknown, text: () => string): void {
    this.#terminal.write(`${this.json ? safeJson(item) : neutraliseLines(text())}\n`);
  }

  /** A part of an answer that is a text for programs, as it is. */
  showText(text: string): void {
    this.#terminal.write(text);
  }

  /** A word aside, for people only; it does not mix with the answer. */
  note(text: string): void {
    if (!this.json) this.#terminal.complain(`${neutraliseLines(text)}\n`);
  }
}
