import { AppError } from "./error.ts";
import { nearestWords } from "./nearest-word.ts";

/** The zone of who says nothing. */
const DEFAULT_TIME_ZONE = "UTC";

/** The longest of IANA has 32 characters. */
const MAX_ZONE_LENGTH = 64;
/** Offsets such as +02:00 are no zones: they know nothing of summer. */
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9][A-Za-z0-9_+-]*)*$/;
const SUGGESTIONS = 3;
const ALL_ZONES = "https://en.wikipedia.org/wiki/List_of_tz_database_time_zones";

/**
 * An IANA zone such as Europe/Berlin, in its usual spelling; UTC for an empty text. A zone goes by several names; one of the others, such as
 * Asia/Kolkata, is kept as it was typed. Throws AppError INVALID_ARGUMENT TIME_ZONE, which names those near it.
 */
export function parseTimeZone(text: string): string {
  const typed = text.trim();
  if (typed === "") return DEFAULT_TIME_ZONE;
  const known = typed.length <= MAX_ZONE_LENGTH && ZONE.test(typed) ? knownZone(typed) : null;
  if (known !== null) return known;
  throw AppError.invalidField(
    "time_zone",
    "TIME_ZONE",
    "is no time zone",
    suggestionFor(typed.slice(0, MAX_ZONE_LENGTH)),
  );
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
  const near = zonesNear(typed.toLowerCase().replaceAll(" ", "_")).slice(0, SUGGESTIONS);
  return near.length > 0
    ? `Near it: ${near.join(", ")}.`
    : `It is a name such as Europe/Berlin; all of them: ${ALL_ZONES}`;
}

/** Most people type the city alone. */
function zonesNear(typed: string): string[] {
  const zones = [DEFAULT_TIME_ZONE, ...Intl.supportedValuesOf("timeZone")];
  const ofCity = zones.filter((zone) => cityOf(zone) === cityOf(typed));
  if (ofCity.length > 0) return ofCity;
  const names = new Set(zones.flatMap((zone) => [zone.toLowerCase(), cityOf(zone)]));
  const near = nearestWords(typed, [...names], SUGGESTIONS, slipsAllowed(typed));
  return near.flatMap((name) => zones.filter((zone) => zone.toLowerCase() === name || cityOf(zone) === name));
}

function cityOf(zone: string): string {
  return zone.toLowerCase().split("/").at(-1) ?? "";
}

/** In a short name every other letter may be meant. */
function slipsAllowed(typed: string): number {
  if (typed.length < 5) return 0;
  return typed.length < 8 ? 1 : 2;
}
