// Text that became HTML. Everything put into a template is escaped, unless it came out of a template itself.

/** A piece of HTML that is safe to show. */
export class Html {
  readonly text: string;

  /** Only the `html` template below may call this. */
  constructor(text: string) {
    this.text = text;
  }
}

type Piece = string | number | Html | readonly Html[];

/** A template literal whose values are escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return new Html(parts.map((part, at) => part + (at < values.length ? render(values[at] ?? "") : "")).join(""));
}

function render(value: Piece): string {
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map((piece) => piece.text).join("");
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
