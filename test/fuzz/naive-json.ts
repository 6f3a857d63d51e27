// JSON as it stands in a text: an object is its list of pairs, so that a name that comes twice is seen. Written for the strict
// reader alone; nothing of the fetcher's is used here.

/** A value as it is written. */
export type Written =
  | { readonly kind: "object"; readonly pairs: readonly (readonly [name: string, value: Written])[] }
  | { readonly kind: "list"; readonly items: readonly Written[] }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "other"; readonly text: string };

const BLANKS = " \t\r\n";

/** Reads a whole text; null if it is no JSON. */
export function readJson(text: string): Written | null {
  try {
    const reader = new Reader(text);
    const value = reader.value();
    return reader.isAtEnd() ? value : null;
  } catch {
    return null;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    this.#skipBlanks();
    return this.#at === this.#text.length;
  }

  value(): Written {
    this.#skipBlanks();
    const next = this.#text[this.#at];
    if (next === "{") return this.#object();
    if (next === "[") return this.#list();
    if (next === '"') return { kind: "text", text: this.#string() };
    const other = /^(-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|true|false|null)/.exec(
      this.#text.slice(this.#at, this.#at + 400),
    );
    if (other === null) throw new Error("no value");
    this.#at += other[0].length;
    return { kind: "other", text: other[0] };
  }

  #object(): Written {
    const pairs: [string, Written][] = [];
    this.#take("{");
    if (this.#isNext("}")) return { kind: "object", pairs };
    do {
      this.#skipBlanks();
      const name = this.#string();
      this.#take(":");
      pairs.push([name, this.value()]);
    } while (this.#isNext(","));
    this.#take("}");
    return { kind: "object", pairs };
  }

  #list(): Written {
    const items: Written[] = [];
    this.#take("[");
    if (this.#isNext("]")) return { kind: "list", items };
    do items.push(this.value());
    while (this.#isNext(","));
    this.#take("]");
    return { kind: "list", items };
  }

  #string(): string {
    const token = /^"([^"\\\u0000-\u001f]|\\.)*"/su.exec(this.#text.slice(this.#at));
    if (token === null) throw new Error("no text");
    this.#at += token[0].length;
    return JSON.parse(token[0]) as string;
  }

  #isNext(sign: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #take(sign: string): void {
    if (!this.#isNext(sign)) throw new Error(`no ${sign}`);
  }

  #skipBlanks(): void {
    while (this.#at < this.#text.length && BLANKS.includes(this.#text[this.#at]!)) this.#at += 1;
  }
}
