import type Database from "better-sqlite3";
import type { Wake } from "../../domain/wakes.ts";
import { QuietInterval, widen } from "../../domain/watch-levels.ts";
import type { Bounds } from "../../domain/walk.ts";
import { SESSION } from "./series-memory.ts";

const DOWN = 0;
const UP = 1;
const EVERY = 2;

/** A place in the index: what stands after it has not been looked at. */
export interface Place {
  readonly side: number;
  readonly level: number;
  readonly alert: number;
}

/** Before everything: rows count from 1, and every level is above 0. */
export const FIRST_PLACE: Place = { side: DOWN, level: -1, alert: 0 };

interface Quiet {
  readonly interval: QuietInterval;
  /** Some alert wants to be asked at any next quote. */
  readonly every: boolean;
}

/**
 * The index of wakes. Which alerts a quote can touch is asked of the table only when the quote leaves the quiet interval of its
 * symbol; the interval is kept in memory and dropped when one of the symbol's levels is written.
 */
export class WatchLevelStore {
  readonly #quiet = new Map<string, Quiet>();
  readonly #nearest: Database.Statement;
  readonly #touched: readonly Database.Statement[];
  readonly #ofAlert: Database.Statement;
  readonly #insert: Database.Statement;
  readonly #delete: Database.Statement;

  constructor(db: Database.Database) {
    const of = (side: number) =>
      `FROM watch_levels WHERE symbol = @symbol AND session = '${SESSION}' AND side = ${side}`;
    this.#nearest = db.prepare(
      `SELECT (SELECT min(level) ${of(UP)}) AS up, (SELECT max(level) ${of(DOWN)}) AS down, EXISTS (SELECT 1 ${of(EVERY)}) AS every`,
    );
    this.#touched = [DOWN, UP, EVERY].map((side) =>
      db.prepare(
        `SELECT side, level, alert ${of(side)} ${side === UP ? "AND level <= @upper" : ""} AND (level, alert) > (@level, @alert)
         ORDER BY level, alert LIMIT @limit`,
      ),
    );
    this.#ofAlert = db.prepare("SELECT side, level FROM watch_levels WHERE alert = ? ORDER BY side, level");
    this.#insert = db.prepare(`INSERT OR IGNORE INTO watch_levels VALUES (?, '${SESSION}', ?, ?, ?)`);
    this.#delete = db.prepare("DELETE FROM watch_levels WHERE alert = ?");
  }

  /** Whether no alert of the symbol can change by a walk within these bounds. */
  isQuiet(symbol: string, bounds: Bounds): boolean {
    const quiet = this.#quiet.get(symbol) ?? this.#loadQuiet(symbol);
    return !quiet.every && !quiet.interval.isLeftBy(bounds);
  }

  /**
   * The next places, at most `limit`, of alerts that a walk within these bounds may change; too many perhaps, never too few. They come in
   * the order of the index, so that a million of them cost no more to find in many parts than at once. An alert may have two.
   */
  touchedAlerts(symbol: string, bounds: Bounds, after: Place, limit: number): Place[] {
    const wide = widen(bounds);
    const places: Place[] = [];
    for (const [side, statement] of this.#touched.entries()) {
      if (side < after.side || places.length >= limit) continue;
      // Downwards the bound is where to begin; said beside the place, it would have the search begin at the place and read up to it.
      const from = side === after.side ? after : FIRST_PLACE;
      const { level, alert } = side === DOWN && wide.lower > from.level ? { level: wide.lower, alert: 0 } : from;
      places.push(...(statement.all({ symbol, level, alert, ...wide, limit: limit - places.length }) as Place[]));
    }
    return places;
  }

  /** Makes these the alert's only wakes; writes nothing if they are already. */
  replace(symbol: string, alert: number, wakes: readonly Wake[]): void {
    const rows = wakes.map(rowOf);
    const stored = this.#ofAlert.all(alert) as WakeRow[];
    if (stored.length === rows.length && rows.every((row) => stored.some((other) => isSameRow(row, other)))) return;
    this.#delete.run(alert);
    for (const { side, level } of rows) this.#insert.run(symbol, side, level, alert);
    this.#quiet.delete(symbol);
  }

  /** Drops what is in memory. */
  forget(): void {
    this.#quiet.clear();
  }

  #loadQuiet(symbol: string): Quiet {
    const { up, down, every } = this.#nearest.get({ symbol }) as {
      up: number | null;
      down: number | null;
      every: number;
    };
    const quiet = { interval: new QuietInterval(up, down), every: every === 1 };
    this.#quiet.set(symbol, quiet);
    return quiet;
  }
}

interface WakeRow {
  readonly side: number;
  readonly level: number;
}

function rowOf(wake: Wake): WakeRow {
  if (wake.gauge === "every") return { side: EVERY, level: 0 };
  return { side: wake.side === "up" ? UP : DOWN, level: wake.level };
}

function isSameRow(a: WakeRow, b: WakeRow): boolean {
  return a.side === b.side && a.level === b.level;
}
