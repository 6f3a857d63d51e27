import { sessionClassAt } from "../../../domain/calendar/market-time.ts";
import { DAY_MS, type TimeMs } from "../../../domain/time.ts";
import { AppError } from "../../../domain/error.ts";
import { parsePrice, type ParsedPrice } from "../../../domain/price.ts";
import type { Quote } from "../../../domain/quote.ts";
import type { Refusal } from "../source.ts";
import { refusalOf } from "../refusal.ts";

/** What was asked and how the answer came: the same for every quote in it. */
export interface ReadingContext {
  /** As asked; an answer for another symbol is refused. */
  readonly symbol: string;
  /** Who answered, as in `Quote.source`. */
  readonly source: string;
  /** The market of the answering source never closes: every quote is of the class `always`. */
  readonly neverCloses: boolean;
  /** When the answer was had. */
  readonly fetchTimeMs: TimeMs;
}

/** What an answer says of one symbol. */
export type Reading =
  | {
      readonly kind: "quotes";
      /** Oldest first. */
      readonly quotes: readonly Quote[];
      readonly refusedRows: number;
      readonly roundedPrices: number;
    }
  | { readonly kind: "refusal"; readonly refusal: Refusal };

/** The values of a row as they came: text if all is well. */
export interface RowTexts {
  readonly open: unknown;
  readonly high: unknown;
  readonly low: unknown;
  readonly close: unknown;
  readonly volume: unknown;
}

/** When a row lies; null where it does not say so credibly. */
export interface RowTime {
  readonly quoteTimeMs: TimeMs | null;
  /** 0 for a tick. */
  readonly periodMs: number;
  /** The prices are those of the regular session, whenever the bar begins; unset: its start tells the session. */
  readonly isRegular?: boolean;
}

interface Bar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly rounded: number;
}

/** Digits with an optional fraction: no sign, no exponent, no words. */
const PRICE_TEXT = /^\d{1,15}(\.\d{1,24})?$/;
const VOLUME_TEXT = /^\d{1,15}$/;
/** The service's history begins some years later. */
const EARLIEST_MS = Date.UTC(1990, 0, 1);

/** Takes the rows of an answer one by one, keeps those that are positively quotes and counts the others. */
export class QuoteCollector {
  readonly #context: ReadingContext;
  readonly #quotes = new Map<TimeMs, Quote>();
  /** The stamps of all rows so far, the bad ones' too. */
  readonly #seen = new Set<TimeMs>();
  #rows = 0;
  #refusedRows = 0;
  #roundedPrices = 0;

  constructor(context: ReadingContext) {
    this.#context = context;
  }

  /** A row that is a bar. */
  addBar(time: RowTime, texts: RowTexts): void {
    this.#add(time, parseBar(texts));
  }

  /** A row that is a tick: its price, beside the day's bar, which has to be credible too. */
  addTick(time: RowTime, texts: RowTexts, price: unknown): void {
    const bar = parseBar(texts);
    const tick = parsePositivePrice(price);
    this.#add(time, bar === null || tick === null ? null : tickOf(bar.volume, tick));
  }

  /** Counts a row that could not even be taken apart. */
  refuseRow(): void {
    this.#rows += 1;
    this.#refusedRows += 1;
  }

  /** What the answer comes to. */
  reading(): Reading {
    if (this.#rows === 0) {
      return { kind: "refusal", refusal: refusalOf("no_data", "the source has nothing for this symbol") };
    }
    if (this.#refusedRows === this.#rows) {
      return { kind: "refusal", refusal: refusalOf("malformed", `none of ${this.#rows} rows is a quote`) };
    }
    const quotes = [...this.#quotes.values()].sort((a, b) => a.quoteTimeMs - b.quoteTimeMs);
    return { kind: "quotes", quotes, refusedRows: this.#refusedRows, roundedPrices: this.#roundedPrices };
  }

  #add(time: RowTime, bar: Bar | null): void {
    const { quoteTimeMs } = time;
    if (quoteTimeMs === null) {
      this.refuseRow();
    } else if (this.#seen.has(quoteTimeMs)) {
      // Which of the rows is right cannot be told, so none is taken.
      if (this.#quotes.delete(quoteTimeMs)) this.#refusedRows += 1;
      this.refuseRow();
    } else {
      this.#seen.add(quoteTimeMs);
      if (bar === null || !this.#isCredible(quoteTimeMs)) this.refuseRow();
      else this.#keep({ ...time, quoteTimeMs }, bar);
    }
  }

  #isCredible(quoteTimeMs: TimeMs): boolean {
    return quoteTimeMs >= EARLIEST_MS && quoteTimeMs <= this.#context.fetchTimeMs + DAY_MS;
  }

  #keep({ quoteTimeMs, periodMs, isRegular = false }: RowTime & { quoteTimeMs: TimeMs }, bar: Bar): void {
    this.#rows += 1;
    const { symbol, source, neverCloses, fetchTimeMs } = this.#context;
    if (quoteTimeMs > fetchTimeMs) return; // has not begun yet: it will come again when it has
    const heldIn = isRegular ? "regular" : sessionClassAt(symbol, quoteTimeMs);
    const sessionClass = neverCloses ? "always" : heldIn;
    const { rounded, ...values } = bar;
    this.#quotes.set(quoteTimeMs, { symbol, source, periodMs, quoteTimeMs, ...values, sessionClass, fetchTimeMs });
    this.#roundedPrices += rounded;
  }
}

function tickOf(volume: number, { price, rounded }: ParsedPrice): Bar {
  return { open: price, high: price, low: price, close: price, volume, rounded: Number(rounded) };
}

/** The values of a row, or null if any of them is not what it should be, or they contradict each other. */
function parseBar(texts: RowTexts): Bar | null {
  const open = parsePositivePrice(texts.open);
  const high = parsePositivePrice(texts.high);
  const low = parsePositivePrice(texts.low);
  const close = parsePositivePrice(texts.close);
  const volume = typeof texts.volume === "string" && VOLUME_TEXT.test(texts.volume) ? Number(texts.volume) : null;
  if (open === null || high === null || low === null || close === null || volume === null) return null;
  const within = (price: number): boolean => low.price <= price && price <= high.price;
  if (!within(open.price) || !within(close.price)) return null;
  const rounded = [open, high, low, close].filter((price) => price.rounded).length;
  return { open: open.price, high: high.price, low: low.price, close: close.price, volume, rounded };
}

function parsePositivePrice(text: unknown): ParsedPrice | null {
  if (typeof text !== "string" || !PRICE_TEXT.test(text)) return null;
  try {
    return parsePrice(text);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
