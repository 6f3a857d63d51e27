// What comes down a line from Binance becomes trades; whatever is not positively a trade that was asked for is none.
import { AppError } from "../../../domain/error.ts";
import { parseDecimal, type Decimal } from "../../../domain/decimal.ts";
import { parsePrice } from "../../../domain/price.ts";
import { MINUTE_MS, type TimeMs } from "../../../domain/time.ts";
import { fieldOf, isJsonObject, type JsonObject } from "../json-object.ts";
import { repeatedNames } from "../repeated-names.ts";

/** One trade of a pair. */
export interface Trade {
  readonly symbol: string;
  /** The exchange's number: each trade of a pair has the one after the last. */
  readonly id: number;
  readonly timeMs: TimeMs;
  readonly price: number;
  /** The price came with more digits than a double keeps. */
  readonly rounded: boolean;
  readonly quantity: Decimal;
}

/** What a message is. */
export type StreamMessage =
  | { readonly kind: "trade"; readonly trade: Trade }
  /** This line ends soon: another is wanted. */
  | { readonly kind: "shutdown" }
  /** Nothing that matters here: an acknowledgement, an event of another kind. */
  | { readonly kind: "other" }
  | { readonly kind: "malformed"; readonly detail: string };

/** Digits with an optional fraction: no sign, no exponent, no words. */
const AMOUNT_TEXT = /^\d{1,15}(\.\d{1,24})?$/;
/** Before it nothing of the kind was traded. */
export const EARLIEST_MS = Date.UTC(2009, 0, 1);
/** How far the exchange's clock may be ahead of this machine's. */
const AHEAD_MAX_MS = MINUTE_MS;

/** The stream of a symbol's trades, as the service writes it. */
export function tradeStreamOf(symbol: string): string {
  return `${symbol.toLowerCase()}@trade`;
}

/** Reads one message. `wanted` are the symbols that were asked for; times are in milliseconds. */
export function parseStreamMessage(text: string, wanted: ReadonlySet<string>, now: TimeMs): StreamMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed("broken JSON");
  }
  if (!isJsonObject(value)) return { kind: "other" };
  if (repeatedNames(text).size > 0) return malformed("a name that comes twice");
  const stream = fieldOf(value, "stream");
  const event = stream === undefined ? value : fieldOf(value, "data");
  if (!isJsonObject(event)) return { kind: "other" };
  const kind = fieldOf(event, "e");
  if (kind === "serverShutdown") return { kind: "shutdown" };
  return kind === "trade" ? tradeMessage(event, stream, wanted, now) : { kind: "other" };
}

function tradeMessage(event: JsonObject, stream: unknown, wanted: ReadonlySet<string>, now: TimeMs): StreamMessage {
  const symbol = fieldOf(event, "s");
  if (typeof symbol !== "string" || !wanted.has(symbol)) return malformed("a symbol that was not asked for");
  if (stream !== undefined && stream !== tradeStreamOf(symbol)) return malformed("a symbol in another one's stream");
  const id = fieldOf(event, "t");
  if (!isCount(id)) return malformed("a trade without a number");
  const timeMs = fieldOf(event, "T");
  if (!isCount(timeMs) || timeMs < EARLIEST_MS || timeMs > now + AHEAD_MAX_MS) return malformed("a time that is none");
  const price = parseAmount(fieldOf(event, "p"), parsePrice);
  const quantity = parseAmount(fieldOf(event, "q"), parseDecimal);
  if (price === null || quantity === null || quantity.units === 0n)
    return malformed("a price or quantity that is none");
  return { kind: "trade", trade: { symbol, id, timeMs, ...price, quantity } };
}

/** What plain digits come to; null if they are none, or none of what is wanted. */
export function parseAmount<Amount>(text: unknown, parse: (text: string) => Amount | null): Amount | null {
  if (typeof text !== "string" || !AMOUNT_TEXT.test(text)) return null;
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function malformed(detail: string): StreamMessage {
  return { kind: "malformed", detail };
}
