import { createColors } from "picocolors";
import { neutralise } from "../render/neutralise.ts";

type Colours = ReturnType<typeof createColors>;

const NAME_WIDTH = 9;
const LEVELS: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};
const LEVEL_WIDTH = 5;
/** Told in places of their own, or by the name before the line. */
const OWN_PLACES: readonly string[] = ["level", "time", "process", "msg", "pid", "hostname"];
const NAME_COLOURS = ["cyan", "magenta", "green", "yellow", "blue"] as const;

/** Makes one process's lines readable beside those of the others. */
export class LineRenderer {
  readonly #prefix: string;
  readonly #colours: Colours;

  constructor(name: string, order: number, colour: boolean) {
    this.#colours = createColors(colour);
    const paint = this.#colours[NAME_COLOURS[order % NAME_COLOURS.length] ?? "cyan"];
    this.#prefix = paint(name.padEnd(NAME_WIDTH));
  }

  /** A line as the process wrote it: JSON of its log becomes time, level, words and fields; anything else stays. */
  render(line: string): string {
    const entry = parseEntry(line);
    return `${this.#prefix} ${entry === null ? neutralise(line) : this.#renderEntry(entry)}`;
  }

  #renderEntry(entry: Record<string, unknown>): string {
    const level = LEVELS[Number(entry["level"])] ?? "info";
    const fields = Object.entries(entry).filter(([name]) => !OWN_PLACES.includes(name));
    const parts = [
      this.#colours.dim(timeText(entry["time"])),
      this.#paintLevel(level),
      neutralise(textOf(entry["msg"])),
      ...fields.map(([name, value]) => this.#colours.dim(neutralise(`${name}=${valueText(value)}`))),
    ];
    return parts.join(" ").trimEnd();
  }

  #paintLevel(level: string): string {
    const padded = level.padEnd(LEVEL_WIDTH);
    if (level === "error" || level === "fatal") return this.#colours.red(padded);
    return level === "warn" ? this.#colours.yellow(padded) : padded;
  }
}

function parseEntry(line: string): Record<string, unknown> | null {
  if (!line.startsWith("{")) return null;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "level" in value ? { ...value } : null;
  } catch {
    return null;
  }
}

/** The time of day is enough on a screen: `14:30:07`. */
function timeText(time: unknown): string {
  const text = textOf(time);
  return /^\d{4}-\d\d-\d\dT/.test(text) ? text.slice(11, 19) : text;
}

function valueText(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    return "message" in value ? JSON.stringify(value.message) : JSON.stringify(value);
  }
  const text = textOf(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined ? "" : JSON.stringify(value);
}
