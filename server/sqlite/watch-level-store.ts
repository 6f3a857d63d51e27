import type Database from "better-sqlite3";
import type { AlertSession } from "../../domain/alert.ts";
import { ALERT_SESSIONS } from "../../domain/judging/hears-session.ts";
import type { Reach, Wake } from "../../domain/judging/wakes.ts";
import { QuietInterval, widen } from "../../domain/judging/watch-levels.ts";

const DOWN = 0;
const UP = 1;
const EVERY = 2;
const SEEN = 3;
const TIME = 4;

/** A place in the index of a symbol and session: what stands after it has not been looked at. */
export interface Place {
  readonly side: number;
  readonly level: number;
  readonly alert: number;
}

/** Before everything: rows count from 1, and every level is above -1. */
export const FIRST_PLACE: Place = { side: DOWN, level: -1, alert: 0 };

/** Whose wakes: an alert by its row. */
interface Watcher {
  readonly row: number;
  readonly symbol: string;
  readonly session: AlertSession;
}

/** What no alert of a symbol and session waits for. */
interface Quiet {
  readonly prices: QuietInterval;
  /** Some alert wants to be asked at any next quote. */
  readonly every: boolean;
  /** The nearest time seen, and the nearest event time, that some alert waits for; Infinity if none does. */
  readonly seenMs: number;
  readonly asOfMs: number;
}

/** What is kept in memory of a symbol. */
interface Known {
  /** In which some alert waits for anything, in their order. */
  readonly sessions: readonly AlertSession[];
  /** What has been asked for. */
  readonly quiet: Partial<Record<AlertSession, Quiet>>;
}

/** The condition on a place's level, beside that it comes after the last one. */
const REACHED: readonly string[] = ["", "AND level <= @upper", "", "AND level <= @seenMs", "AND level <= @asOfMs"];

/**
 * The index of wakes. Which alerts a quote can touch is asked of the table only when the quote leaves what is quiet of its symbol and
 * session; that is kept in memory and dropped when one of the symbol's levels is written.
 */
export class WatchLevelStore {
  readonly #known = new Map<string, Known>();
  readonly #isWatched: Database.Statement;
  readonly #nearest: Database.Statement;
  readonly #touched: readonly Database.Statement[];
  readonly #ofAlert: Database.Statement;
  readonly #insert: Database.Statement;
  readonly #delete: Database.Statement;

  constructor(db: Database.Database) {
    const of = (side: number) => `FROM watch_levels WHERE symbol = @symbol AND session = @session AND side = ${side}`;
    this.#isWatched = db.prepare("SELECT 1 FROM watch_levels WHERE symbol = ? AND session = ?").pluck();
    this.#nearest = db.prepare(
      `SELECT (SELECT min(level) ${of(UP)}) AS up, (SELECT max(level) ${of(DOWN)}) AS down, EXISTS (SELECT 1 ${of(EVERY)}) AS every,
         (SELECT min(level) ${of(SEEN)}) AS seen, (SELECT min(level) ${of(TIME)}) AS time`,
    );
    this.#touched = [DOWN, UP, EVERY, SEEN, TIME].map((side) =>
      db.prepare(
        `SELECT side, level, alert ${of(side)} ${REACHED[side] ?? ""} AND (level, alert) > (@level, @alert)
         ORDER BY level, alert LIMIT @limit`,
      ),
    );
    this.#ofAlert = db.prepare("SELECT session, side, level FROM watch_levels WHERE alert = ?");
    this.#insert = db.prepare("INSERT OR IGNORE INTO watch_levels VALUES (?, ?, ?, ?, ?)");
    this.#delete = db.prepare("DELETE FROM watch_levels WHERE alert = ?");
  }

  /** The sessions in which some alert of the symbol waits for anything, in their order. */
  watchedSessions(symbol: string): readonly AlertSession[] {
    return this.#knownOf(symbol).sessions;
  }

  /** Whether no alert of the symbol and session can change by a quote that reaches so far. */
  isQuiet(symbol: string, session: AlertSession, { bounds, seenMs, asOfMs }: Reach): boolean {
    const { quiet: known } = this.#knownOf(symbol);
    const quiet = (known[session] ??= this.#loadQuiet(symbol, session));
    return !quiet.every && seenMs < quiet.seenMs && asOfMs < quiet.asOfMs && !quiet.prices.isLeftBy(bounds);
  }

  /**
   * The next places, at most `limit`, of alerts that a quote which reaches so far may change; too many perhaps, never too few. They come in
   * the order of the index, so that a million of them cost no more to find in many parts than at once. An alert may have several.
   */
  touchedAlerts(symbol: string, session: AlertSession, reach: Reach, after: Place, limit: number): Place[] {
    const { seenMs, asOfMs } = reach;
    const wide = widen(reach.bounds);
    const places: Place[] = [];
    for (const [side, statement] of this.#touched.entries()) {
      if (side < after.side || places.length >= limit) continue;
      // Downwards the bound is where to begin; said beside the place, it would have the search begin at the place and read up to it.
      const from = side === after.side ? after : FIRST_PLACE;
      const { level, alert } = side === DOWN && wide.lower > from.level ? { level: wide.lower, alert: 0 } : from;
      const bounds = { upper: wide.upper, seenMs, asOfMs, level, alert, limit: limit - places.length };
      places.push(...(statement.all({ symbol, session, ...bounds }) as Place[]));
    }
    return places;
  }

  /** Makes these the alert's only wakes; writes nothing if they are already. */
  replace({ row, symbol, session }: Watcher, wakes: readonly Wake[]): void {
    const rows = wakes.map((wake) => rowOf(wake, session));
    const stored = this.#ofAlert.all(row) as WakeRow[];
    if (stored.length === rows.length && rows.every((one) => stored.some((other) => isSameRow(one, other)))) return;
    this.#delete.run(row);
    for (const { side, level } of rows) this.#insert.run(symbol, session, side, level, row);
    this.#known.delete(symbol);
  }

  /** Drops what is in memory. */
  forget(): void {
    this.#known.clear();
  }

  #knownOf(symbol: string): Known {
    return this.#known.get(symbol) ?? this.#load(symbol);
  }

  #load(symbol: string): Known {
    const sessions = ALERT_SESSIONS.filter((session) => this.#isWatched.get(symbol, session) !== undefined);
    const known = { sessions, quiet: {} };
    this.#known.set(symbol, known);
    return known;
  }

  #loadQuiet(symbol: string, session: AlertSession): Quiet {
    const { up, down, every, seen, time } = this.#nearest.get({ symbol, session }) as NearestRow;
    return {
      prices: new QuietInterval(up, down),
      every: every === 1,
      seenMs: seen ?? Infinity,
      asOfMs: time ?? Infinity,
    };
  }
}

interface NearestRow {
  readonly up: number | null;
  readonly down: number | null;
  readonly every: number;
  readonly seen: number | null;
  readonly time: number | null;
}

interface WakeRow {
  readonly session: AlertSession;
  readonly side: number;
  readonly level: number;
}

function rowOf(wake: Wake, session: AlertSession): WakeRow {
  switch (wake.gauge) {
    case "price":
      return { session, side: wake.side === "up" ? UP : DOWN, level: wake.level };
    case "every":
      return { session, side: EVERY, level: 0 };
    case "seen":
      return { session, side: SEEN, level: wake.level };
    case "time":
      return { session, side: TIME, level: wake.level };
  }
}

function isSameRow(a: WakeRow, b: WakeRow): boolean {
  return a.session === b.session && a.side === b.side && a.level === b.level;
}
