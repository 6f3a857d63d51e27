import type { Log } from "../../runtime/log/log.ts";

/** One line of a log, as a test looks at it. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that keeps its lines. */
export class RecordedLog implements Log {
  readonly lines: LogLine[] = [];

  debug(fields: object, message: string): void {
    this.#keep("debug", fields, message);
  }

  info(fields: object, message: string): void {
    this.#keep("info", fields, message);
  }

  warn(fields: object, message: string): void {
    this.#keep("warn", fields, message);
  }

  error(fields: object, message: string): void {
    this.#keep("error", fields, message);
  }

  child(): Log {
    return this;
  }

  /** The messages that people see, debug left out. */
  get messages(): string[] {
    return this.lines.filter(({ level }) => level !== "debug").map(({ message }) => message);
  }

  #keep(level: LogLine["level"], fields: object, message: string): void {
    this.lines.push({ level, message, fields: { ...fields } });
  }
}
