import { ExchangeCalendar } from "./exchange-calendar.ts";
import { XNYS } from "./xnys.ts";

/** Of the New York Stock Exchange and Nasdaq. */
export const NEW_YORK = new ExchangeCalendar(XNYS);

/** By listing suffix (symbol.ts). An exchange is added here, with its record. */
const CALENDARS_BY_SUFFIX: ReadonlyMap<string, ExchangeCalendar> = new Map();

/** The calendar of the exchange that a symbol is listed on; without a suffix New York's. Null: its hours are not known. */
export function calendarOf(symbol: string): ExchangeCalendar | null {
  const dot = symbol.lastIndexOf(".");
  return dot === -1 ? NEW_YORK : (CALENDARS_BY_SUFFIX.get(symbol.slice(dot + 1)) ?? null);
}
