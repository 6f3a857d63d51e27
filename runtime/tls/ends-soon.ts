import { DAY_MS } from "../../domain/time.ts";

/** A certificate that ends sooner is told of. Renewal begins when a third of its life is left, which is as much or more. */
const SOON_MS = 30 * DAY_MS;

/** Whether a certificate that has `leftMs` to go should have been renewed by now: no timer does it, or it has failed. */
export function endsSoon(leftMs: number): boolean {
  return leftMs < SOON_MS;
}
