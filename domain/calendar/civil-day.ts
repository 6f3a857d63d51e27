// Days as the calendar counts them, without clocks or zones: what holidays are made of.
import { DAY_MS } from "../time.ts";

/** A day of the Gregorian calendar, counted from 1970-01-01, which is 0. */
export type CivilDay = number;

/** As Date counts them. */
export const SUNDAY = 0;
export const MONDAY = 1;
export const TUESDAY = 2;
export const WEDNESDAY = 3;
export const THURSDAY = 4;
export const FRIDAY = 5;
export const SATURDAY = 6;

/** The day of a date; months count from 1, and day 0 is the last of the month before. */
export function civilDay(year: number, month: number, day: number): CivilDay {
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

/** The day of a text such as `2026-05-15`, or null if it is no date. */
export function parseCivilDay(text: string): CivilDay | null {
  const day = Date.parse(`${text}T00:00:00Z`) / DAY_MS;
  return !Number.isNaN(day) && formatCivilDay(day) === text ? day : null;
}

/** `2026-05-15`. */
export function formatCivilDay(day: CivilDay): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The year that a day lies in. */
export function yearOf(day: CivilDay): number {
  return new Date(day * DAY_MS).getUTCFullYear();
}

/** 0 for Sunday to 6 for Saturday. */
export function weekdayOf(day: CivilDay): number {
  return (((day + THURSDAY) % 7) + 7) % 7; // 1970-01-01 was a Thursday
}
