// What people write instead of the words of the language. It is offered and never accepted, so that there is one word for each thing.
import { KINDS } from "./condition-words.ts";
import { isDuration } from "../duration.ts";
import { nearestWord } from "../nearest-word.ts";
import { isPrice } from "../price.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../time.ts";

/** For a kind. */
const KIND_SYNONYMS: ReadonlyMap<string, string> = synonyms({
  above: "over exceeds greater higher more gt > >= => ≥ +",
  below: "under less lower beneath fewer lt < <= =< ≤ -",
  crosses: "hits reaches touches through passes breaks equals = == ===",
  "crosses up": "up rises climbs gains upwards",
  "crosses down": "down falls drops sinks loses downwards",
  inside: "between within in from range ranges stays",
  outside: "out leaves exits beyond without",
});

/** For a direction of `crosses`. */
export const DIRECTION_SYNONYMS: ReadonlyMap<string, string> = synonyms({
  up: "upward upwards above over > >=",
  down: "downward downwards below under < <=",
  either: "both any through",
});

/** For what stands between the levels of a band. */
export const BETWEEN_SYNONYMS: ReadonlyMap<string, string> = synonyms({ "..": "to and until - – — … ... : / , &" });

/** For "for". */
export const FOR_SYNONYMS: ReadonlyMap<string, string> = synonyms({ for: "during lasting throughout fro fo 4" });

/** So many slips away a word may still have been meant. */
const FARTHEST_SLIP = 2;

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ...["d", "day", "days"].map((unit) => [unit, DAY_MS] as const),
  ...["h", "hr", "hrs", "hour", "hours"].map((unit) => [unit, HOUR_MS] as const),
  ...["m", "min", "mins", "minute", "minutes"].map((unit) => [unit, MINUTE_MS] as const),
]);

/** `$1,000`, `200USD`: a price with what others write beside one. */
const DRESSED_PRICE = /^[$€£¥]?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:[$€£¥]|[a-z]{3})?$/i;
const DRESSED_BAND = /^(\d+(?:\.\d+)?)(?:\.{2,3}|[-–—…:/])(\d+(?:\.\d+)?)$/;

/** The kind that was meant; null if the word is far from each. */
export function meantKind(text: string): string | null {
  const lower = text.toLowerCase();
  const operator = /^[<>=≤≥]+/.exec(lower)?.[0]; // ">200"
  return KIND_SYNONYMS.get(operator ?? lower) ?? nearestWord(lower, KINDS, FARTHEST_SLIP);
}

/** The plain price that was meant; "" if that cannot be told. */
export function meantPrice(text: string): string {
  const plain = text.normalize("NFKC"); // digits of full width are digits
  const price = DRESSED_PRICE.exec(plain)?.[1]?.replaceAll(",", "") ?? "";
  return price !== text && isPrice(Number(price)) ? price : "";
}

/** The band that was meant, as `180..200`; "" if it looks like none. */
export function meantBand(text: string): string {
  const [, lower, upper] = DRESSED_BAND.exec(text) ?? [];
  return lower === undefined || upper === undefined ? "" : `${lower}..${upper}`;
}

/** The duration that was meant by something like `30min` or `10m1h`; null if that cannot be told. */
export function meantDurationMs(text: string): number | null {
  const parts = text.toLowerCase().match(/\d{1,5}[a-z]+/g) ?? [];
  if (parts.join("").length !== text.length) return null;
  const ms = parts.reduce((sum, part) => sum + msOf(part), 0);
  return isDuration(ms) ? ms : null;
}

/** Not a number for a unit that there is not. */
function msOf(part: string): number {
  const unit = part.replace(/^\d+/, "");
  return Number(part.slice(0, -unit.length)) * (UNIT_MS.get(unit) ?? NaN);
}

function synonyms(wordsByMeaning: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const pairs = Object.entries(wordsByMeaning).map(([meaning, words]) =>
    words.split(" ").map((word) => [word, meaning] as const),
  );
  return new Map(pairs.flat());
}
