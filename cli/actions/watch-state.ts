import type { TimeMs } from "../../domain/time.ts";
import { AlertState, type Alert, type Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import type { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { asOfMs } from "./quote-moment.ts";
import { absenceText, type Supply } from "./supply.ts";
import { triggerText } from "./trigger-text.ts";

/** So many lines of the log are kept. */
const LOG_MAX = 100;

/** A symbol's newest price, and the first that was seen. */
export interface WatchedPrice {
  /** While the price is doubted, the last one that was not. */
  readonly quote: Quote;
  /** The last that came, with the doubt. */
  readonly newest: Quote;
  readonly firstPrice: number;
}

/** How far it is to an alert's level, in percent of the price; null: it is there, PENDING. */
interface NearestAlert {
  readonly alert: Alert;
  readonly percent: number | null;
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
  /** What is watched, in upper case; empty: everything. */
  readonly symbols: readonly string[];
  readonly startMs: TimeMs;
  readonly #prices = new Map<string, WatchedPrice>();
  readonly #log: WatchLogLine[] = [];
  readonly #absences = new Map<string | null, string>();
  #alerts: readonly Alert[] = [];
  #away: { readonly sinceMs: TimeMs; readonly message: string } | null = null;
  user: WatchUser = "unknown";

  constructor(server: string, symbols: readonly string[], startMs: TimeMs) {
    this.server = server;
    this.symbols = symbols;
    this.startMs = startMs;
  }

  /** By symbol. */
  get prices(): readonly WatchedPrice[] {
    return [...this.#prices.values()].sort((a, b) => (a.quote.symbol < b.quote.symbol ? -1 : 1));
  }

  /** The symbols without a price that are waited for; null: any price at all. */
  get awaited(): readonly (string | null)[] {
    if (this.symbols.length > 0) return [...new Set(this.symbols)].filter((symbol) => !this.#prices.has(symbol));
    return this.#prices.size === 0 ? [null] : [];
  }

  /** Why what is waited for has not come, as far as it is known. */
  absence(symbol: string | null): string {
    return this.#absences.get(symbol) ?? absenceText(symbol, null);
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
    if (known !== undefined && isSame(known.newest, quote)) return false;
    const isDoubted = quote.doubt !== undefined && quote.seq === 0;
    const shown = isDoubted && known !== undefined ? known.quote : quote;
    this.#prices.set(quote.symbol, { quote: shown, newest: quote, firstPrice: known?.firstPrice ?? quote.close });
    return true;
  }

  /** What is waited for, where the reason is another than before. */
  takeSupply(supply: Supply | null): readonly (string | null)[] {
    return this.awaited.filter((symbol) => {
      const known = this.#absences.get(symbol);
      if (known !== undefined && supply === null) return false; // what was known is better than nothing
      const text = absenceText(symbol, supply);
      this.#absences.set(symbol, text);
      return text !== known;
    });
  }

  takeTrigger(trigger: Trigger): void {
    this.#addLine({ time: trigger.judgeTime, text: triggerText(trigger) });
  }

  takeAlerts(alerts: readonly Alert[]): void {
    this.#alerts = alerts;
  }

  /**
   * The alert of a symbol whose level is nearest to a price, and how far that is in percent of the price; null without any. One that is
   * PENDING is nearest, for it is there.
   */
  nearestAlert(symbol: string, price: number): NearestAlert | null {
    const pending = this.#alerts.find((one) => isIn(AlertState.PENDING, one, symbol));
    if (pending !== undefined) return { alert: pending, percent: null };
    let nearest: { alert: Alert; percent: number } | null = null;
    for (const alert of this.#alerts.filter((one) => price > 0 && isIn(AlertState.ARMED, one, symbol))) {
      for (const level of levelsOf(alert)) {
        const percent = ((level - price) / price) * 100;
        if (nearest === null || Math.abs(percent) < Math.abs(nearest.percent)) nearest = { alert, percent };
      }
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
    this.#addLine({ time: new Date(now), text: `it is there again${hint}` });
    return true;
  }

  #addLine(line: WatchLogLine): void {
    this.#log.push(line);
    if (this.#log.length > LOG_MAX) this.#log.shift();
  }
}

/** A rule for several symbols may be over for some of them; an older server tells only the one state. */
function isIn(state: AlertState, alert: Alert, wanted: string): boolean {
  if (alert.symbolStates.length === 0) return alert.symbol === wanted && alert.state === state;
  return alert.symbolStates.some((one) => one.symbol === wanted && one.state === state);
}

function levelsOf({ condition }: Alert): readonly number[] {
  const value = condition?.kind?.value;
  if (value === undefined) return [];
  return "level" in value ? [value.level] : [value.lower, value.upper];
}

function isSame(a: Quote, b: Quote): boolean {
  const isSameDoubt = a.doubt?.standing === b.doubt?.standing && a.doubt?.doubtedPrice === b.doubt?.doubtedPrice;
  const isSamePrice = asOfMs(a) === asOfMs(b) && a.close === b.close;
  return isSamePrice && isSameDoubt && a.fetchTime?.getTime() === b.fetchTime?.getTime();
}
