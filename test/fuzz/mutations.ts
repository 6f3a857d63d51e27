// Ways to spoil an answer: what a bad line, a proxy, a new version of the service or somebody with ill will might make of it.
import { pick, type Random } from "../random-history.ts";

/** Another answer to take parts from, and the dice. */
interface Means {
  readonly random: Random;
  readonly other: string;
}

type Mutation = (body: string, means: Means) => string;

const NUMBERS = [
  "None", "NaN", "null", "Infinity", "-Infinity", "1e309", "-1e309", "1e5", "0", "0.0000", "-1", "--", "", " ", "0x10", "1,000.00",
  "12345678901234567890", "190.20000000000000284", "true", "१२", "1.2.3", ".5", "5.", "+5", "999999999999.9999", "1e-400", "0.00001",
]; // prettier-ignore
const SIGNS = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\\",
  "0",
  "9",
  ".",
  "-",
  "e",
  "\n",
  "\r\n",
  " ",
  "\t",
  "<",
  "\uFEFF",
  "\u0000",
  "é",
];
const REFUSALS = [
  '"Information": "You have had enough."',
  '"Note": "5 calls per minute"',
  '"Error Message": "Invalid API call."',
  '"information": {}',
  '"Notice": "A word of warning"',
];
const SYMBOLS = ["AAPL", "MSFT", "IBM", "TSLA", "ibm", "IBM.LON", ""];

const spanAt = (body: string, random: Random, longest: number): [start: number, end: number] => {
  const start = random(body.length + 1);
  return [start, Math.min(body.length, start + 1 + random(longest))];
};

/** One of the places where a pattern fits; null if there is none. */
function placeOf(body: string, pattern: RegExp, random: Random): RegExpExecArray | null {
  const places = [...body.matchAll(pattern)];
  return places.length === 0 ? null : pick(random, places);
}

function replaceOne(body: string, pattern: RegExp, random: Random, by: (found: string) => string): string {
  const place = placeOf(body, pattern, random);
  if (place === null) return body;
  return body.slice(0, place.index) + by(place[0]) + body.slice(place.index + place[0].length);
}

function onLines(change: (lines: string[], random: Random) => void): Mutation {
  return (body, { random }) => {
    const lines = body.split("\n");
    change(lines, random);
    return lines.join("\n");
  };
}

const NUMBER = /(?<=[",])\d+(\.\d+)?(?=[",\r\n])/g;
const STAMP = /\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d(\.\d{3})?)?/g;
const NAME = /"[^"]*"(?=\s*:)/g;

const MUTATIONS: readonly Mutation[] = [
  // any place
  (body, { random }) => {
    const [start, end] = spanAt(body, random, 20);
    return body.slice(0, start) + body.slice(end);
  },
  (body, { random }) => {
    const [start, end] = spanAt(body, random, 60);
    return body.slice(0, end) + body.slice(start);
  },
  (body, { random }) => {
    const at = random(body.length + 1);
    return body.slice(0, at) + pick(random, SIGNS) + body.slice(at);
  },
  (body, { random }) => body.slice(0, random(body.length + 1)),
  (body, { random, other }) => body.slice(0, random(body.length + 1)) + other.slice(random(other.length + 1)),
  (body, { random }) => pick(random, ["\uFEFF", "<!DOCTYPE html>\n", "\n\n ", "HTTP/1.1 200 OK\r\n\r\n"]) + body,
  (body, { random }) => body + pick(random, ["x", "{}", "\r\n", body, "\u0000"]),
  (body, { random }) => body.replaceAll("\n", pick(random, ["\r\n", "\r", " ", "\n\n"])),
  // numbers
  (body, { random }) => replaceOne(body, /\d/g, random, () => String(random(10))),
  (body, { random }) => replaceOne(body, NUMBER, random, () => pick(random, NUMBERS)),
  (body, { random }) => replaceOne(body, NUMBER, random, () => placeOf(body, NUMBER, random)?.[0] ?? ""),
  (body, { random }) => replaceOne(body, /"\d+(\.\d+)?"/g, random, (found) => found.slice(1, -1)),
  (body, { random }) =>
    replaceOne(body, /\d\.\d/g, random, (found) => found.replace(".", pick(random, ["", ",", ".."]))),
  // stamps
  (body, { random }) => replaceOne(body, STAMP, random, () => placeOf(body, STAMP, random)?.[0] ?? ""),
  (body, { random }) =>
    replaceOne(body, STAMP, random, (found) => replaceOne(found, /\d/g, random, () => String(random(10)))),
  (body, { random }) =>
    replaceOne(body, STAMP, random, (found) => `${found}${pick(random, ["Z", "+00:00", ".5", " "])}`),
  // rows
  onLines((lines, random) => lines.splice(random(lines.length), 1)),
  onLines((lines, random) => lines.splice(random(lines.length), 0, pick(random, lines))),
  onLines((lines, random) => {
    const [a, b] = [random(lines.length), random(lines.length)];
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
  }),
  (body, { random }) => {
    const row = placeOf(body, /"[^"]*": \{[^{}]*\}/g, random)?.[0];
    return row === undefined ? body : replaceOne(body, /"[^"]*": \{[^{}]*\}/g, random, (found) => `${found}, ${row}`);
  },
  // names and words
  (body, { random }) => replaceOne(body, NAME, random, () => placeOf(body, NAME, random)?.[0] ?? ""),
  (body, { random }) => replaceOne(body, NAME, random, (found) => `${found}: "7.7", ${found}`),
  (body, { random }) =>
    replaceOne(body, /"[A-Z]{1,5}"|(?<=^|\n)[A-Z]{1,5}(?=,)/g, random, (found) =>
      found.replace(/\w+/, pick(random, SYMBOLS)),
    ),
  (body, { random }) => body.replace("{", `{${pick(random, REFUSALS)}, `),
  (body, { random }) =>
    replaceOne(body, /(?<=")[^"\\]/g, random, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`),
  (body, { random }) =>
    body.replace(/"message": "[^"]*"/, `"message": "${pick(random, ["success", "Success", "success ", ""])}"`),
  (body, { random }) =>
    body.replace(
      /Global Quote|Time Series \(1min\)|Meta Data/,
      (name) => `${name}${pick(random, [" - DATA DELAYED BY 15 MINUTES", "s", " -", ""])}`,
    ),
];

/** A body that was changed one to three times, as bytes; now and then one bit of them besides. */
export function mutate(body: string, means: Means): Buffer {
  const { random } = means;
  let changed = body;
  for (let count = 1 + random(3); count > 0; count -= 1) changed = pick(random, MUTATIONS)(changed, means);
  const bytes = Buffer.from(changed, "utf8");
  if (random(8) === 0 && bytes.length > 0) bytes[random(bytes.length)]! ^= 1 << random(8);
  return bytes;
}
