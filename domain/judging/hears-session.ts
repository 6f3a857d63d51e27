import type { AlertSession } from "../alert.ts";
import type { SessionClass } from "../quote.ts";

/** Every choice of what to hear, the narrowest first. */
export const ALERT_SESSIONS: readonly AlertSession[] = ["regular", "extended", "any"];

/** Who hears which quotes; what knows no sessions is heard by everybody. */
const HEARERS: Readonly<Record<SessionClass, readonly AlertSession[]>> = {
  always: ALERT_SESSIONS,
  regular: ALERT_SESSIONS,
  pre: ["extended", "any"],
  post: ["extended", "any"],
  closed: ["any"],
};

/** The sessions whose alerts hear quotes of this class; for the others such a quote does not exist. */
export function sessionsThatHear(sessionClass: SessionClass): readonly AlertSession[] {
  return HEARERS[sessionClass];
}
