import { AppError } from "./error.ts";
import { nearestWords } from "./nearest-word.ts";

/** The zone of who says nothing. */
const DEFAULT_TIME_ZONE = "UTC";

/** The longest of IANA has 32 characters. */
const LONGEST_ZONE = 64;
/** Offsets such as +02:00 are no zones: they know nothing of summer. */
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9][A-Za-z0-9_+-]*)*$/;
const SUGGESTIONS = 3;

/**
 * An IANA zone such as Europe/Berlin, in its usual spelling; UTC for an empty text. A zone goes by several names; one of the others, such as
 * Asia/Kolkata, is kept as it was typed. Throws AppError INVALID_ARGUMENT TIME_ZONE, which names the nearest.
 */
export function parseTimeZone(text: string): string {
  const typed = text.trim();
  if (typed === "") return DEFAULT_TIME_ZONE;
  const known = typed.length <= LONGEST_ZONE && ZONE.test(typed) ? knownZone(typed) : null;
  if (known !== null) return known;
  throw AppError.invalidField("time_zone", "TIME_ZONE", "is no time zone", suggestionFor(typed.slice(0, LONGEST_ZONE)));
}

function knownZone(typed: string): string | null {
  try {
    const { timeZone } = new Intl.DateTimeFormat("en-US", { timeZone: typed }).resolvedOptions();
    const isTyped = (zone: string): boolean => zone.toLowerCase() === typed.toLowerCase();
    return Intl.supportedValuesOf("timeZone").find(isTyped) ?? (isTyped(timeZone) ? timeZone : typed);
  } catch {
    return null;
  }
}

function suggestionFor(typed: string): string {
  const choices = [DEFAULT_TIME_ZONE, ...Intl.supportedValuesOf("timeZone")];
  // Most people type the city alone.
  const city = typed.toLowerCase().replaceAll(" ", "_");
  const ofCity = choices.filter(
    (zone) => city.length > 2 && zone.toLowerCase().split("/").at(-1) === city.split("/").at(-1),
  );
  const near = ofCity.length > 0 ? ofCity : nearestWords(typed, choices, SUGGESTIONS);
  return `Near it: ${near.slice(0, SUGGESTIONS).join(", ")}.`;
}
