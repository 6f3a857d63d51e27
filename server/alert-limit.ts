import { AppError } from "../domain/error.ts";

/**
 * So many alerts a user may have unless an operator has set another number, each symbol of a rule counted, deleted ones not: more than anybody reads mails of, and few enough that
 * no user can make one price set off more than a second of judging.
 */
export const ALERTS_PER_USER = 1_000;

/** Throws RESOURCE_EXHAUSTED ALERT_LIMIT if a user with so many alerts, who may have `limit`, may not have so many more. */
export function checkAlertLimit(count: number, more: number, limit: number): void {
  if (count + more <= limit) return;
  const wish = more === 1 ? "one more" : `${more} more, one for each symbol,`;
  throw new AppError(
    "RESOURCE_EXHAUSTED",
    "ALERT_LIMIT",
    `you have ${count} of at most ${limit} alerts; ${wish} would be too many`,
    {
      hint: "Delete some that you need no longer: `./bell alerts list` shows them, `./bell alerts delete ID` deletes.",
    },
  );
}
