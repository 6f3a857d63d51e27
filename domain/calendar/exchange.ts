import type { YearlyDay } from "./yearly-day.ts";

/** When a day's sessions begin and end, by the exchange's clocks: `09:30`, to the minute. Where there is no pre or post, the times are equal. */
export interface TradingClock {
  readonly preOpen: string;
  readonly open: string;
  readonly close: string;
  readonly postClose: string;
}

/**
 * All that is known of an exchange: another one is added by another record. Sessions lie within one day of its zone, and no change
 * of its clocks lies within a session.
 */
export interface Exchange {
  /** An IANA zone, such as `America/New_York`. */
  readonly zone: string;
  /** On which it trades at all; 0 is Sunday. */
  readonly weekdays: readonly number[];
  readonly fullDay: TradingClock;
  readonly halfDay: TradingClock;
  /** Why it is closed on a day, and which days those are. */
  readonly closedOn: Readonly<Record<string, YearlyDay>>;
  /** The same for half days; a day that is closed as well is closed. */
  readonly halfDaysOn: Readonly<Record<string, YearlyDay>>;
}
