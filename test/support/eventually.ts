import { setTimeout as delay } from "node:timers/promises";

const LOOK_EVERY_MS = 20;
const LIMIT_MS = 60_000;

/** What `look` finds, as soon as it finds something; throws after a minute (unless told) with what was waited for. */
export async function eventually<Found>(
  wanted: string | (() => string),
  look: () => Found | undefined | false | Promise<Found | undefined | false>,
  limitMs = LIMIT_MS,
): Promise<Found> {
  const end = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) {
      throw new Error(`not within ${limitMs / 1_000} s: ${typeof wanted === "string" ? wanted : wanted()}`);
    }
    await delay(LOOK_EVERY_MS);
  }
}
