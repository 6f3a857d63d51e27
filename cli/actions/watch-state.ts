import type { TimeMs } from "../../domain/time.ts";
import { durationFromProto } from "../../proto/convert/duration.ts";
import type { Alert, Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import type { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { priceText } from "./quote-text.ts";

/** So many lines of the log are kept. */
const LOG_MAX = 100;

/** A symbol's newest price, and the first that was seen. */
export interface WatchedPrice {
  readonly quote: Quote;
  readonly firstPrice: number;
}

/** A line of the log below the prices. */
export interface WatchLogLine {
  readonly time: Date | undefined;
  readonly text: string;
}

/** Whether somebody's alerts are shown: `unknown` until the server was asked. */
export type WatchUser = "unknown" | "in" | "out";

/** Everything that `bell watch` shows, as it has come so far. */
export class WatchState {
  /** host:port */
  readonly server: string;
  readonly #prices = new Map<string, WatchedPrice>();
  readonly #log: WatchLogLine[] = [];
  #alerts: readonly Alert[] = [];
  #away: { readonly sinceMs: TimeMs; readonly message: string } | null = null;
  user: WatchUser = "unknown";

  constructor(server: string) {
    this.server = server;
  }

  /** By symbol. */
  get prices(): readonly WatchedPrice[] {
    return [...this.#prices.values()].sort((a, b) => (a.quote.symbol < b.quote.symbol ? -1 : 1));
  }

  /** Oldest first. */
  get log(): readonly WatchLogLine[] {
    return this.#log;
  }

  /** Since when the server is away and why; null while it is there. */
  get away(): { readonly sinceMs: TimeMs; readonly message: string } | null {
    return this.#away;
  }

  /** False when it says nothing new: after a break the newest prices come again. */
  takeQuote(quote: Quote): boolean {
    const known = this.#prices.get(quote.symbol);
    if (known !== undefined && isSame(known.quote, quote)) return false;
    this.#prices.set(quote.symbol, { quote, firstPrice: known?.firstPrice ?? quote.close });
    return true;
  }

  takeTrigger(trigger: Trigger): void {
    this.#addLine({ time: trigger.judgeTime, text: triggerText(trigger) });
  }

  takeAlerts(alerts: readonly Alert[]): void {
    this.#alerts = alerts;
  }

  /** The alert of a symbol whose level is nearest to a price, and how far that is in percent of the price; null without any. */
  nearestAlert(symbol: string, price: number): { readonly alert: Alert; readonly percent: number } | null {
    let nearest: { alert: Alert; percent: number } | null = null;
    for (const alert of this.#alerts) {
      const level = alert.symbol === symbol ? alert.condition?.kind?.value.level : undefined;
      if (level === undefined || price <= 0) continue;
      const percent = ((level - price) / price) * 100;
      if (nearest === null || Math.abs(percent) < Math.abs(nearest.percent)) nearest = { alert, percent };
    }
    return nearest;
  }

  markAway(message: string, now: TimeMs): void {
    this.#away = { sinceMs: this.#away?.sinceMs ?? now, message };
  }

  /** True when it was away. */
  markThere(now: TimeMs): boolean {
    if (this.#away === null) return false;
    this.#away = null;
    const hint = this.user === "in" ? "; fired meanwhile: ./bell notifications list" : "";
    this.#addLine({ time: new Date(now), text: `the server is there again${hint}` });
    return true;
  }

  #addLine(line: WatchLogLine): void {
    this.#log.push(line);
    if (this.#log.length > LOG_MAX) this.#log.shift();
  }
}

/** The moment a quote speaks of. */
export function asOfMs({ quoteTime, period, fetchTime }: Quote): TimeMs {
  const startMs = quoteTime?.getTime() ?? 0;
  const periodMs = durationFromProto(period);
  return periodMs === 0 ? startMs : Math.min(startMs + periodMs, fetchTime?.getTime() ?? Infinity);
}

/** A trigger in words: `AAPL at or above 200.00 USD, once: 201.25`. */
export function triggerText({ sentence, price, note }: Trigger): string {
  return `${sentence}: ${priceText(price)}${note === "" ? "" : ` (${note})`}`;
}

function isSame(a: Quote, b: Quote): boolean {
  return asOfMs(a) === asOfMs(b) && a.close === b.close && a.fetchTime?.getTime() === b.fetchTime?.getTime();
}
