// The subject of a mail about alerts: the fact first, then what else there is. Of one that would be too long the least telling goes first.
import { formatPrice, isPrice } from "../domain/price.ts";
import { noticeKind, type NoticeKind } from "../proto/convert/notice-kind.ts";
import type { Trigger } from "../proto/gen/tickerbell/v1/alert.ts";
import { clauseOf, phraseOf } from "./alert-phrase.ts";
import { asciiLine } from "./ascii-line.ts";
import { countNotices, isOfSymbol, isPriced } from "./notice-words.ts";

/** More is cut off by many a mail program, and folded on its way. */
const USUAL_LENGTH = 78;
/** Names and prices of their utmost lengths still fit. */
const MOST_LENGTH = 200;
const NAME_LIMIT = 40;

/** What is told of one symbol, the furthest past its level first. */
export interface SubjectPart {
  readonly symbol: string;
  readonly triggers: readonly Trigger[];
  /** How far the first one's price is from the last session's close: `+1.16% today`; empty if not known. */
  readonly change: string;
}

/** `AAPL 201.12, above 200.00, and 2 more (+1.16% today)`. */
export function subjectOfSymbol({ symbol, triggers, change }: SubjectPart, isSimulated: boolean): string {
  const [first, ...others] = triggers;
  const end = isSimulated ? " (simulated)" : "";
  const lead = leadOf(first, ", ");
  if (lead === "") return ascii(`${symbol}: ${noticesIn(triggers)}${end}`);
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  const full = `${lead}${more}`;
  return shortest([`${full}${change === "" ? "" : ` (${change})`}${end}`, `${full}${end}`]);
}

/** `Digest: AAPL 201.12 above 200.00, and 3 more symbols`. */
export function subjectOfDigest(parts: readonly SubjectPart[], isSimulated: boolean): string {
  const [first, ...others] = parts;
  if (first === undefined) return "Digest";
  const end = isSimulated ? " (simulated)" : "";
  const more = others.length === 0 ? "" : `, and ${others.length} more ${others.length === 1 ? "symbol" : "symbols"}`;
  const lead = leadOf(first.triggers[0], " ") || `${first.symbol}: ${noticesIn(first.triggers)}`;
  return shortest([`Digest: ${lead}${more}${end}`, `Digest: ${first.symbol}${more}${end}`]);
}

/** `AAPL 201.12, above 200.00`; empty for what is not about a price. */
function leadOf(trigger: Trigger | undefined, joint: string): string {
  if (trigger === undefined) return "";
  if (!isPriced(noticeKind(trigger.kind))) return "";
  const symbol = asciiLine(trigger.symbol, NAME_LIMIT);
  const price = isPrice(trigger.price) ? ` ${formatPrice(trigger.price)}` : "";
  return `${symbol}${price}${joint}${clauseOf(trigger)}${trigger.hasReverted ? ", reverted since" : ""}`;
}

/** Of one alert with what it waited for; a HOLD is of no one alert. */
function noticesIn(notices: readonly Trigger[]): string {
  const kinds = notices.map(({ kind }) => noticeKind(kind)).filter((kind): kind is NoticeKind => kind !== null);
  const words = countNotices(kinds);
  const [first, ...others] = notices;
  const isOneAlert = first !== undefined && others.length === 0 && !isOfSymbol(noticeKind(first.kind));
  return isOneAlert ? `${words}: ${phraseOf(first)}` : words;
}

function shortest(subjects: readonly string[]): string {
  const written = subjects.map(ascii);
  return written.find(({ length }) => length <= USUAL_LENGTH) ?? written.at(-1) ?? "";
}

function ascii(text: string): string {
  return asciiLine(text, MOST_LENGTH);
}
