// Reads the facts of a mail out of its text and out of its HTML, each on its own: an oracle that both tell the same in the same order.

/** Line by line; spaces that only set them in order do not count. */
export function factsOfText(text: string): readonly string[] {
  return text
    .split("\n")
    .map(plain)
    .filter((line) => line !== "");
}

/** What a reader sees of the HTML, an element a line. A large price and a picture have no label there. */
export function factsOfHtml(html: string): readonly string[] {
  const body = /<body[^>]*>([^]*)<\/body>/.exec(html)?.[1] ?? "";
  const lines = body
    .replaceAll(/<p class="p">/g, "$&Price: ")
    .replaceAll(/<img [^>]*\balt="([^"]*)"[^>]*>/g, "Chart: $1")
    .replaceAll(/<\/th><td>/g, ": ")
    .split("\n");
  return lines.map((line) => plain(unescaped(line.replaceAll(/<[^>]*>/g, "")))).filter((line) => line !== "");
}

function plain(line: string): string {
  return line.replaceAll(/\s+/g, " ").trim();
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

function unescaped(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (entity, name: string) => ENTITIES[name] ?? entity);
}
