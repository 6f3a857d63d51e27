/** Line breaks, control characters, and the marks that turn a line's direction: none may come from a user's text. */
const NOT_PLAIN = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** Text from elsewhere as one line that cannot forge a second one; at most `limit` characters. */
export function plainLine(text: string, limit: number): string {
  const line = text.replace(NOT_PLAIN, " ").trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
