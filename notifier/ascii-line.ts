// A subject is read by pagers, watches and filters: it is plain ASCII, whatever it tells of.
import { plainLine } from "./plain-line.ts";

/** Letters and signs that do not come apart into an ASCII one and its marks. */
const SPELLINGS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  Æ: "AE",
  œ: "oe",
  Œ: "OE",
  ø: "o",
  Ø: "O",
  ł: "l",
  Ł: "L",
  đ: "d",
  Đ: "D",
  ı: "i",
  "€": "EUR",
  "£": "GBP",
  "¥": "JPY",
  "…": "...",
  "–": "-",
  "—": "-",
  "−": "-",
  "×": "x",
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
};
const LONGEST_SPELLING = 3;

/** Text from elsewhere as one line of ASCII, at most `limit` characters long: spelled in ASCII where that is known, else left out. */
export function asciiLine(text: string, limit: number): string {
  const spelled = plainLine(text, limit)
    .replace(/[^ -~]/gu, (sign) => SPELLINGS[sign] ?? sign)
    .normalize("NFKD")
    .replace(/[^ -~]/gu, "")
    .replace(/ {2,}/g, " ")
    .trim();
  return spelled.length <= limit ? spelled : `${spelled.slice(0, limit - LONGEST_SPELLING).trimEnd()}...`;
}
