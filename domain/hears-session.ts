import type { SessionClass } from "./quote.ts";

/**
 * Whether alerts hear quotes of this part of the trading day. They listen to regular hours, and to quotes that know no
 * sessions. A quote that is not heard is stored, never judged, and never becomes the `previous` of one that is: the caller asks
 * here before it looks anything up.
 */
export function hearsSession(sessionClass: SessionClass): boolean {
  return sessionClass === "regular" || sessionClass === "always";
}
