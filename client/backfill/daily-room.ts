import { asOf, type Quote } from "../../domain/quote.ts";
import type { AnswerMemory } from "../planner/answer-memory.ts";
import type { KeyTerms } from "../planner/pace.ts";
import type { WatchedSymbol } from "../planner/plan-next.ts";
import type { KeyState } from "../rate-limiter.ts";

/** Of a day's limit so many requests are left for tries again, beside those that prices will take. */
const SPARE_REQUESTS = 2;

/** Whether the past may be asked for without taking a request from the newest prices, which will take so many. */
export function hasRoomForPast({ day }: KeyState, dueRequests: number): boolean {
  return day === null || day.times.length + dueRequests + SPARE_REQUESTS < day.limit;
}

/** Of the first round, what has not come yet; and all of the next. `answers` null: nothing is remembered, so nothing is known to be missing. */
export function dueRequests(
  watched: readonly WatchedSymbol[],
  { symbolsARequest }: Pick<KeyTerms, "symbolsARequest">,
  answers: Pick<AnswerMemory, "of"> | null,
): number {
  const unanswered = watched.filter(({ symbol }) => answers?.of(symbol).answerTimeMs === null);
  return Math.ceil(unanswered.length / symbolsARequest) + Math.ceil(watched.length / symbolsARequest);
}

/** The days that were over when they were told: of one that goes on there will be more. */
export function wholeDays(bars: readonly Quote[]): readonly Quote[] {
  return bars.filter((bar) => asOf(bar) === bar.quoteTimeMs + bar.periodMs);
}
