import { formatCivilDay } from "../../domain/calendar/civil-day.ts";
import { regularSessionOn } from "../../domain/calendar/market-time.ts";
import { DAY_MS, type TimeMs } from "../../domain/time.ts";

/** The last day whose session in New York has ended, such as `2026-05-15`. */
export function newestTradingDay(now: TimeMs): string {
  for (let day = Math.floor(now / DAY_MS); ; day -= 1) {
    const session = regularSessionOn("AAPL", day);
    if (session !== null && session.endMs <= now) return formatCivilDay(day);
  }
}
