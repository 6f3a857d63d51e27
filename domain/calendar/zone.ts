// Wall clocks of a zone and moments, by the runtime's own zone data. Asking that is slow, so that what a day answered is kept.
import { DAY_MS, type TimeMs } from "../time.ts";

/** What a wall clock shows, as milliseconds since the epoch as if the clock stood at UTC. */
export type WallMs = number;

/** Kept at most for so many days; then it begins anew. */
const DAYS_KEPT = 10_000;

/** The clocks of an IANA zone, from the year 100 on. Throws RangeError for a zone that the runtime does not know. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;
  /** What the clocks are ahead of UTC at the UTC midnight that a day begins with. */
  readonly #offsets = new Map<number, number>();

  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /**
   * The moments at which the clocks show this, the earliest first: one; none in the hour that is left out when they are set
   * forward; two in the hour that comes twice when they are set back.
   */
  momentsOf(wallMs: WallMs): readonly TimeMs[] {
    const { before, after } = this.#offsetsAround(wallMs);
    if (before === after) return [wallMs - before];
    return [wallMs - before, wallMs - after].filter((timeMs) => this.wallAt(timeMs) === wallMs).sort((a, b) => a - b);
  }

  /** The moment at which the clocks show this for the first time; in the hour that is left out, as if they had not been set yet. */
  momentOf(wallMs: WallMs): TimeMs {
    return this.momentsOf(wallMs)[0] ?? wallMs - this.#offsetsAround(wallMs).before;
  }

  /** What the clocks show at a moment. */
  wallAt(timeMs: TimeMs): WallMs {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#format.formatToParts(timeMs)) parts[type] = Number(value);
    const { year = NaN, month = NaN, day, hour, minute, second } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) + (((timeMs % 1_000) + 1_000) % 1_000);
  }

  /** No clock is a whole day off UTC, and none is set twice within three days. */
  #offsetsAround(wallMs: WallMs): { readonly before: number; readonly after: number } {
    const day = Math.floor(wallMs / DAY_MS);
    return { before: this.#offsetOn(day - 1), after: this.#offsetOn(day + 2) };
  }

  #offsetOn(day: number): number {
    const known = this.#offsets.get(day);
    if (known !== undefined) return known;
    const midnightMs = day * DAY_MS;
    const offsetMs = this.wallAt(midnightMs) - midnightMs;
    if (this.#offsets.size >= DAYS_KEPT) this.#offsets.clear();
    this.#offsets.set(day, offsetMs);
    return offsetMs;
  }
}
