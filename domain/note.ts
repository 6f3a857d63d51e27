// An owner's own words to an alert. They are kept as they were written; placeholders are filled in when the alert fires.
import { AppError } from "./error.ts";
import { formatMoment } from "./moment-text.ts";
import { nearestWord } from "./nearest-word.ts";
import { formatPrice } from "./price.ts";
import type { TimeMs } from "./time.ts";

/** What the placeholders of a note stand for. */
export interface NoteValues {
  readonly symbol: string;
  /** Told without the currency, so that the note can say it in its own way. */
  readonly price: number;
  /** Null in a notice that no level fired. */
  readonly level: number | null;
  /** As conditionText writes it. */
  readonly condition: string;
  readonly timeMs: TimeMs;
}

/** A stretch of a note: words as they are, or what a placeholder is filled with. */
type Part = { readonly text: string } | { readonly name: (typeof PLACEHOLDERS)[number] };

const MAX_CHARACTERS = 200;
const PLACEHOLDERS = ["symbol", "price", "level", "condition", "time"] as const;
/** A control character, one that turns the order of the others, or what a decoder puts in the place of bytes that are no text. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffd]/;
const PART = /\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/g;
const HINT = `A note may have ${PLACEHOLDERS.map((name) => `{${name}}`).join(", ")}; write {{ and }} for braces.`;

/**
 * Checks a note and returns it as it is. Throws INVALID_ARGUMENT FIELD_INVALID: too long, not plain text on one line, a placeholder that
 * there is not, or a brace that stands alone.
 */
export function parseNote(note: string, field: string): string {
  if (note.length > MAX_CHARACTERS && Array.from(note).length > MAX_CHARACTERS) {
    throw AppError.invalidField(field, "FIELD_INVALID", `must have at most ${MAX_CHARACTERS} characters`);
  }
  if (UNPRINTABLE.test(note)) {
    throw AppError.invalidField(field, "FIELD_INVALID", "must be plain text on one line");
  }
  const read = readParts(note);
  if (typeof read !== "string") return note;
  throw AppError.invalidField(field, "FIELD_INVALID", read, HINT);
}

/** The note with its placeholders filled in. One that was stored before there were any, and is not written as they ask, stays as it is. */
export function fillNote(note: string, values: NoteValues): string {
  const read = readParts(note);
  if (typeof read === "string") return note;
  return read.map((part) => ("text" in part ? part.text : valueOf(part.name, values))).join("");
}

/** The parts of a note, or what is wrong with it. */
function readParts(note: string): readonly Part[] | string {
  const parts: Part[] = [];
  for (const match of note.matchAll(PART)) {
    const [text, inner] = match;
    const name = PLACEHOLDERS.find((known) => known === inner);
    if (name !== undefined) parts.push({ name });
    else if (inner !== undefined) return unknownPlaceholder(text, inner);
    else if (text === "{" || text === "}")
      return `the "${text}" at character ${characterAt(note, match.index)} stands alone`;
    else parts.push({ text: text === "{{" ? "{" : text === "}}" ? "}" : text });
  }
  return parts;
}

function unknownPlaceholder(text: string, inner: string): string {
  const offer = nearestWord(inner.trim().toLowerCase(), PLACEHOLDERS) ?? "";
  return `"${text}" is not a placeholder; did you mean "{${offer}}"?`;
}

/** Counted from 1, as people count. */
function characterAt(note: string, index: number): number {
  return Array.from(note.slice(0, index)).length + 1;
}

function valueOf(name: (typeof PLACEHOLDERS)[number], { symbol, price, level, condition, timeMs }: NoteValues): string {
  switch (name) {
    case "symbol":
      return symbol;
    case "price":
      return formatPrice(price);
    case "level":
      return level === null ? "no level" : formatPrice(level);
    case "condition":
      return condition;
    case "time":
      return formatMoment(timeMs);
  }
}
