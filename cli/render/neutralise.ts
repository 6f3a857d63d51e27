// Text that a server, a mail or another user wrote must not drive the terminal: control characters, ANSI and OSC
// sequences, and marks that turn the writing direction are shown as escapes instead of being obeyed.
const DANGEROUS = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/gu;

/** One line that can only be read. */
export function neutralise(text: string): string {
  return text.replace(DANGEROUS, escape);
}

/** The same, but line breaks stay. */
export function neutraliseLines(text: string): string {
  return text.split("\n").map(neutralise).join("\n");
}

/** JSON whose strings can be shown on a terminal as they are; it means the same as before. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(DANGEROUS, (character) =>
    character === "\n" ? "\n" : escape(character),
  );
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
