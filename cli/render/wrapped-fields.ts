import { neutralise } from "./neutralise.ts";

const GAP = 2;
/** A value keeps so much room, however narrow the screen. */
const NARROWEST = 20;

/** Names and values, a value that is too long going on below itself; `width` null: nothing is wrapped. A name may come again. */
export function wrapFields(fields: readonly (readonly [name: string, value: string])[], width: number | null): string {
  const indent = Math.max(...fields.map(([name]) => name.length)) + GAP;
  const room = width === null ? null : Math.max(width - indent, NARROWEST);
  return fields
    .flatMap(([name, value]) =>
      wrapText(value, room).map((line, at) => `${(at === 0 ? name : "").padEnd(indent)}${line}`.trimEnd()),
    )
    .join("\n");
}

/** Text in lines of at most `width` characters, broken at blanks where there are any; null: one line. */
export function wrapText(text: string, width: number | null): string[] {
  const clean = neutralise(text);
  if (width === null) return [clean];
  const lines: string[] = [];
  let line = "";
  for (const word of clean.split(" ").flatMap((one) => piecesOf(one, width))) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Several sentences, each on lines of its own. */
export function wrapSentences(sentences: readonly string[], width: number | null): string {
  return sentences.flatMap((sentence) => wrapText(sentence, width)).join("\n");
}

function piecesOf(word: string, width: number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at === 0 || at < word.length; at += width) pieces.push(word.slice(at, at + width));
  return pieces;
}
