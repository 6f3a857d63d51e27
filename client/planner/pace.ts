import type { TradingStretch } from "../../domain/calendar/exchange-calendar.ts";
import { MINUTE_MS } from "../../domain/time.ts";
import type { RateLimits } from "../rate-limiter.ts";

/** How often prices can be had, and when they can be news. */
export type Pace =
  /** A price is asked for every so many minutes of trading, and once more when trading has ended. */
  | {
      readonly kind: "minutes";
      readonly stretch: TradingStretch;
      /** Whole minutes. */
      readonly everyMs: number;
      /** So much later than they happen prices are told. */
      readonly lagMs: number;
    }
  /** Prices come with the end of the day: one round after the close, and what the key's limit leaves over. */
  | {
      readonly kind: "days";
      /** How often, evenly spread, a symbol with alerts is asked for within a session as well; 0 where the day's prices are not told before its end. */
      readonly sessionRounds: number;
      /** Rounds begin so much later than at the stated time: what all keys ask for at the same moment would be a flood. */
      readonly spreadMs: number;
    };

/** What a key gets, whatever it asks for. */
export interface KeyTerms {
  readonly limits: RateLimits;
  /** How many symbols one request is for. */
  readonly symbolsARequest: number;
  /** Whether prices of the running session are told, and how late; null: only when its day has ended. */
  readonly lagMs: number | null;
  readonly stretch: TradingStretch;
  readonly spreadMs: number;
}

/** Of a day's limit so many requests are kept for tries again and for new symbols. */
const SPARE_REQUESTS = 5;
/** Of a minute's limit this much is used at most: doubted prices, tries again and holes need some. */
const MINUTE_SHARE = 0.8;

/** How a key is best used for so many symbols, of which some have alerts. */
export function paceOf(terms: KeyTerms, symbols: number, withAlerts: number): Pace {
  const { limits, symbolsARequest, lagMs, stretch, spreadMs } = terms;
  const requests = (count: number): number => Math.ceil(count / symbolsARequest);
  if (limits.perDay !== null) {
    const left = limits.perDay - requests(symbols) - SPARE_REQUESTS;
    const watched = requests(withAlerts > 0 ? withAlerts : symbols);
    const sessionRounds = lagMs === null || watched === 0 ? 0 : Math.max(0, Math.floor(left / watched));
    return { kind: "days", sessionRounds, spreadMs };
  }
  const perMinute = limits.perMinute === null ? Infinity : limits.perMinute * MINUTE_SHARE;
  const everyMs = Math.max(1, Math.ceil(requests(symbols) / perMinute)) * MINUTE_MS;
  return { kind: "minutes", stretch, everyMs, lagMs: lagMs ?? 0 };
}
