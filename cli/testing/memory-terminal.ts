// For tests: a terminal that remembers what was written and types what it was told to.
import type { Terminal } from "../terminal.ts";

export class MemoryTerminal implements Terminal {
  columns: number | null = null;
  rows: number | null = null;
  colour = false;
  isInteractive = false;
  /** What comes on the standard input. */
  input = "";
  /** What the person types at each hidden question. */
  readonly hiddenAnswers: string[] = [];
  readonly questions: string[] = [];
  output = "";
  errors = "";

  write(text: string): void {
    this.output += text;
  }

  complain(text: string): void {
    this.errors += text;
  }

  readInput(): Promise<string> {
    return Promise.resolve(this.input);
  }

  askHidden(question: string): Promise<string> {
    this.questions.push(question);
    return Promise.resolve(this.hiddenAnswers.shift() ?? "");
  }
}
