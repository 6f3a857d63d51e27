import { asOf, type Quote } from "../../domain/quote.ts";
import type { KeyState } from "../rate-limiter.ts";

/** Of a day's limit so many requests are left for tries again, beside those of a whole round. */
const SPARE_REQUESTS = 2;

/** Whether the past may be asked for without taking a request from a round of so many symbols. */
export function hasRoomForPast({ day }: KeyState, roundRequests: number): boolean {
  return day === null || day.times.length + roundRequests + SPARE_REQUESTS < day.limit;
}

/** The days that were over when they were told: of one that goes on there will be more. */
export function wholeDays(bars: readonly Quote[]): readonly Quote[] {
  return bars.filter((bar) => asOf(bar) === bar.quoteTimeMs + bar.periodMs);
}
