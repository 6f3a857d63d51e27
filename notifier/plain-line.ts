/**
 * Line breaks, control characters, the marks that turn a line's direction, and what is no character at all: none may come from a user's text.
 */
const NOT_PLAIN =
  /[\p{Cc}\p{Noncharacter_Code_Point}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** Text from elsewhere as one line that cannot forge a second one; at most `limit` characters. */
export function plainLine(text: string, limit: number): string {
  const line = text.toWellFormed().replace(NOT_PLAIN, " ").trim();
  if (line.length <= limit) return line;
  return `${line.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…`; // half a character is none
}
