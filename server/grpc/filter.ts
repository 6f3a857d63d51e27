import { AppError } from "../../domain/error.ts";

const LONGEST_FILTER = 500;

/**
 * Reads a filter such as `symbol=AAPL AND state=ARMED`: terms joined by ` AND `, each key once, each value of its closed list
 * (null: any word). Throws INVALID_ARGUMENT FILTER that names the term.
 */
export function parseFilter<Key extends string>(
  text: string,
  keys: Readonly<Record<Key, readonly string[] | null>>,
): Partial<Record<Key, string>> {
  if (text.length > LONGEST_FILTER) throw refuse(`must have at most ${LONGEST_FILTER} characters`);
  const found: Partial<Record<Key, string>> = {};
  for (const term of text.trim() === "" ? [] : text.trim().split(/\s+AND\s+/)) {
    const match = /^(\w+)\s*=\s*([\w./:-]+)$/.exec(term);
    const key = Object.keys(keys).find((known): known is Key => known === match?.[1]);
    if (key === undefined || match?.[2] === undefined) {
      throw refuse(`"${term}" is not a term: ${Object.keys(keys).join("=…, ")}=…`);
    }
    const allowed = keys[key];
    if (allowed?.includes(match[2]) === false) {
      throw AppError.invalidField("filter", "FILTER", `${key} must be one of ${allowed.join(", ")}`);
    }
    if (found[key] !== undefined) throw refuse(`names ${key} twice`);
    found[key] = match[2];
  }
  return found;
}

function refuse(message: string): AppError {
  return AppError.invalidField(
    "filter",
    "FILTER",
    message,
    'Join terms by " AND ", as in: symbol=AAPL AND state=ARMED',
  );
}
