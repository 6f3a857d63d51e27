// The sessions of one exchange. Judging asks for every quote: what was worked out for a day is kept, and a span within one day costs
// a few comparisons.
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "../time.ts";
import { weekdayOf, yearOf, type CivilDay } from "./civil-day.ts";
import type { Exchange, TradingClock } from "./exchange.ts";
import { Zone } from "./zone.ts";

/** The part of the trading day that a moment lies in. */
export type TradingSession = "pre" | "regular" | "post" | "closed";

/** A stretch of the trading day: the regular session, or that with what comes before and after it. */
export type TradingStretch = "regular" | "extended";

/** When the sessions of a trading day begin and end. A beginning belongs to its session, an end does not. */
export interface TradingHours {
  readonly preOpenMs: TimeMs;
  readonly openMs: TimeMs;
  readonly closeMs: TimeMs;
  readonly postCloseMs: TimeMs;
}

/** From midnight to midnight by the exchange's clocks. */
interface Day {
  readonly day: CivilDay;
  readonly startMs: TimeMs;
  readonly endMs: TimeMs;
  /** Null: it does not trade on this day. */
  readonly hours: TradingHours | null;
}

/** Kept at most for so many days, or years; then it begins anew. */
const DAYS_KEPT = 10_000;
const YEARS_KEPT = 1_000;

/** When an exchange trades. */
export class ExchangeCalendar {
  readonly #exchange: Exchange;
  readonly #zone: Zone;
  readonly #fullDay: TradingHours;
  readonly #halfDay: TradingHours;
  readonly #days = new Map<CivilDay, Day>();
  readonly #years = new Map<number, ReadonlyMap<CivilDay, "closed" | "half">>();
  /** The day that was asked for last: nearly always the one that is asked for next. */
  #latest: Day;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.#zone = new Zone(exchange.zone);
    this.#fullDay = hoursOf(exchange.fullDay);
    this.#halfDay = hoursOf(exchange.halfDay);
    this.#latest = this.#dayOf(0);
  }

  /** The session that a moment lies in. */
  sessionAt(timeMs: TimeMs): TradingSession {
    const { hours } = this.#dayAt(timeMs);
    if (hours === null || timeMs < hours.preOpenMs || timeMs >= hours.postCloseMs) return "closed";
    if (timeMs < hours.openMs) return "pre";
    return timeMs < hours.closeMs ? "regular" : "post";
  }

  /** The hours of a day of the exchange's own calendar, or null if it does not trade then. */
  hoursOn(day: CivilDay): TradingHours | null {
    return this.#dayOf(day).hours;
  }

  /** How much of the time between two moments lies in the stretch, in milliseconds. */
  openMsBetween(stretch: TradingStretch, fromMs: TimeMs, toMs: TimeMs): number {
    const first = this.#dayAt(fromMs);
    if (toMs <= first.endMs) return overlapMs(first.hours, stretch, fromMs, toMs);
    const last = this.#dayAt(toMs);
    let sumMs = overlapMs(first.hours, stretch, fromMs, toMs) + overlapMs(last.hours, stretch, fromMs, toMs);
    // The clocks are not set within a session: whole days need no moments, only how long they trade.
    for (let day = first.day + 1; day < last.day; day += 1) {
      sumMs += overlapMs(this.#clockOn(day), stretch, -Infinity, Infinity);
    }
    return sumMs;
  }

  /** The hours of the first trading day of which this end or beginning lies at a moment or after it. */
  firstHours(edge: keyof TradingHours, fromMs: TimeMs): TradingHours {
    for (let { day } = this.#dayAt(fromMs); ; day += 1) {
      const { hours } = this.#dayOf(day);
      if (hours !== null && hours[edge] >= fromMs) return hours;
    }
  }

  #dayAt(timeMs: TimeMs): Day {
    let day = this.#latest;
    if (timeMs >= day.startMs && timeMs < day.endMs) return day;
    day = this.#dayOf(Math.floor(timeMs / DAY_MS)); // by UTC: the exchange's own is this or a neighbour
    while (timeMs < day.startMs) day = this.#dayOf(day.day - 1);
    while (timeMs >= day.endMs) day = this.#dayOf(day.day + 1);
    this.#latest = day;
    return day;
  }

  #dayOf(day: CivilDay): Day {
    return kept(this.#days, DAYS_KEPT, day, () => {
      const midnightMs = day * DAY_MS;
      const momentAt = (wallMs: number): TimeMs => this.#zone.momentOf(midnightMs + wallMs);
      const clock = this.#clockOn(day);
      const hours = clock && {
        preOpenMs: momentAt(clock.preOpenMs),
        openMs: momentAt(clock.openMs),
        closeMs: momentAt(clock.closeMs),
        postCloseMs: momentAt(clock.postCloseMs),
      };
      return { day, startMs: momentAt(0), endMs: momentAt(DAY_MS), hours };
    });
  }

  /** A day's hours by the exchange's clocks, counted from its midnight; null: it does not trade. */
  #clockOn(day: CivilDay): TradingHours | null {
    if (!this.#exchange.weekdays.includes(weekdayOf(day))) return null;
    const odd = this.#oddDaysOf(yearOf(day)).get(day);
    if (odd === "closed") return null;
    return odd === "half" ? this.#halfDay : this.#fullDay;
  }

  /** Of the neighbouring years as well: a holiday may be moved over the turn of the year. */
  #oddDaysOf(year: number): ReadonlyMap<CivilDay, "closed" | "half"> {
    return kept(this.#years, YEARS_KEPT, year, () => {
      const odd = new Map<CivilDay, "closed" | "half">();
      const { halfDaysOn, closedOn } = this.#exchange;
      for (const [kind, rules] of [
        ["half", halfDaysOn],
        ["closed", closedOn],
      ] as const) {
        for (const rule of Object.values(rules)) {
          for (const day of [rule(year - 1), rule(year), rule(year + 1)]) if (day !== null) odd.set(day, kind);
        }
      }
      return odd;
    });
  }
}

function overlapMs(hours: TradingHours | null, stretch: TradingStretch, fromMs: TimeMs, toMs: TimeMs): number {
  if (hours === null) return 0;
  const startMs = stretch === "regular" ? hours.openMs : hours.preOpenMs;
  const endMs = stretch === "regular" ? hours.closeMs : hours.postCloseMs;
  return Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs));
}

function hoursOf({ preOpen, open, close, postClose }: TradingClock): TradingHours {
  return { preOpenMs: msOf(preOpen), openMs: msOf(open), closeMs: msOf(close), postCloseMs: msOf(postClose) };
}

function msOf(time: string): number {
  const [hours = NaN, minutes = NaN] = time.split(":").map(Number);
  return hours * HOUR_MS + minutes * MINUTE_MS;
}

/** What a map keeps under a key, worked out where it is not there yet. */
function kept<Key, Value>(map: Map<Key, Value>, limit: number, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  if (map.size >= limit) map.clear();
  const made = make();
  map.set(key, made);
  return made;
}
