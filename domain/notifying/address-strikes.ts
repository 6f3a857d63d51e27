import type { DeliveryOutcome } from "../notification.ts";

/** So many permanent refusals of an address in a row suspend it: nothing is mailed there until its owner verifies it again. */
export const STRIKES_TO_SUSPEND = 3;

/** How often in a row an address was refused, after one more outcome: a taken mail clears it, what says nothing of the address leaves it. */
export function countStrikes(strikes: number, outcome: DeliveryOutcome): number {
  if (outcome.kind === "taken") return 0;
  return outcome.kind === "refused" && outcome.addressFault ? strikes + 1 : strikes;
}

/** Whether so many strikes suspend the address. */
export function isSuspended(strikes: number): boolean {
  return strikes >= STRIKES_TO_SUSPEND;
}
