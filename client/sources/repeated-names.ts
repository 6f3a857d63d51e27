/**
 * The names that come twice within one object of a JSON text. JSON.parse, which has to have taken the text already, keeps the
 * last of them and says nothing; which of them is right cannot be told.
 */
export function repeatedNames(text: string): ReadonlySet<string> {
  const repeated = new Set<string>();
  /** The names so far of each object that is open; null for a list. */
  const open: (Set<string> | null)[] = [];
  let isNameNext = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      if (isNameNext) note(nameIn(text.slice(at, end + 1)), open.at(-1) ?? null, repeated);
      isNameNext = false;
      at = end;
    } else if (character === "{" || character === "[") {
      open.push(character === "{" ? new Set() : null);
      isNameNext = character === "{";
    } else if (character === "}" || character === "]") {
      open.pop();
    } else if (character === ",") {
      isNameNext = open.at(-1) instanceof Set;
    }
  }
  return repeated;
}

/** The place of the quotation mark that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

/** An escape may hide that two names are the same. */
function nameIn(token: string): string {
  return token.includes("\\") ? (JSON.parse(token) as string) : token.slice(1, -1);
}

function note(name: string, names: Set<string> | null, repeated: Set<string>): void {
  if (names?.has(name) === true) repeated.add(name);
  names?.add(name);
}
