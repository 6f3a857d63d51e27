import type Database from "better-sqlite3";
import type { HoldEnd } from "../../domain/judging/hold-notice.ts";
import type { PriceDoubt } from "../../domain/judging/price-check.ts";
import type { TimeMs } from "../../domain/time.ts";
import { HEARS_PRICES } from "./alert-rows.ts";

/** A HOLD that is over. */
export interface EndedHold {
  /** What it was. */
  readonly doubt: Pick<PriceDoubt, "symbol" | "ratio" | "close" | "acceptedClose" | "sinceAsOfMs">;
  readonly how: HoldEnd;
  /** In event time. */
  readonly endTimeMs: TimeMs;
  /** From which judging goes on. */
  readonly endClose: number;
}

/** One of which owners are still to be told. */
export interface UntoldEnd extends EndedHold {
  readonly row: number;
  /** The trigger up to which those who were told of its beginning are told. */
  readonly toldRow: number;
}

/** Somebody who was told of the beginning, by a trigger, and the alert by which to tell of the end. */
interface ToldOwner {
  readonly triggerRow: number;
  readonly alertRow: number;
}

/** HOLDs that are over, and who is still to be told: few, read from the table when first asked for and kept in memory. */
export class EndedHolds {
  #known: readonly UntoldEnd[] | null = null;
  readonly #load: Database.Statement;
  readonly #insert: Database.Statement;
  readonly #setTold: Database.Statement;
  readonly #owners: Database.Statement;

  constructor(db: Database.Database) {
    this.#load = db.prepare("SELECT * FROM ended_holds WHERE told_row IS NOT NULL ORDER BY row");
    this.#insert = db.prepare("INSERT INTO ended_holds VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.#setTold = db.prepare("UPDATE ended_holds SET told_row = ? WHERE row = ?");
    // The alert that was told may be over or deleted since: one that watches is better.
    this.#owners = db.prepare(
      `SELECT triggers.row AS triggerRow, ifnull((SELECT min(row) FROM alerts INDEXED BY alerts_by_symbol
           WHERE symbol = @symbol AND user_id = told.user_id AND ${HEARS_PRICES}), told.row) AS alertRow
         FROM triggers INDEXED BY triggers_held JOIN alerts AS told ON told.row = triggers.alert
         WHERE triggers.kind = 'HELD' AND triggers.symbol = @symbol AND triggers.row > @toldRow AND fire_time >= @sinceAsOfMs
         ORDER BY triggers.row LIMIT @limit`,
    );
  }

  /** Keeps that a HOLD is over; owners are to be told if they were of its beginning. */
  add({ doubt, how, endTimeMs, endClose }: EndedHold, wasTold: boolean): void {
    const { symbol, ratio, close, acceptedClose, sinceAsOfMs } = doubt;
    const toldRow = wasTold ? 0 : null;
    this.#insert.run(symbol, how, ratio, close, acceptedClose, sinceAsOfMs, endTimeMs, endClose, toldRow);
    this.#known = null;
  }

  /** The oldest of which owners are still to be told; null: there is none. */
  untold(): UntoldEnd | null {
    this.#known ??= (this.#load.all() as EndedHoldRow[]).map(untoldFromRow);
    return this.#known[0] ?? null;
  }

  /** The next who were told of its beginning, at most `limit`. */
  ownersOf({ doubt: { symbol, sinceAsOfMs }, toldRow }: UntoldEnd, limit: number): readonly ToldOwner[] {
    return this.#owners.all({ symbol, sinceAsOfMs, toldRow, limit }) as ToldOwner[];
  }

  /** Owners up to this trigger are told; null: all are. */
  markTold({ row }: UntoldEnd, toldRow: number | null): void {
    this.#setTold.run(toldRow, row);
    this.#known = null;
  }

  /** Drops what is in memory; the table says what holds. */
  forget(): void {
    this.#known = null;
  }
}

interface EndedHoldRow {
  readonly row: number;
  readonly symbol: string;
  readonly how: HoldEnd;
  readonly ratio: string;
  readonly close: number;
  readonly accepted_close: number;
  readonly since_as_of: number;
  readonly end_time: number;
  readonly end_close: number;
  readonly told_row: number;
}

function untoldFromRow(found: EndedHoldRow): UntoldEnd {
  const { row, symbol, how, ratio, close, accepted_close: acceptedClose, since_as_of: sinceAsOfMs } = found;
  const doubt = { symbol, ratio, close, acceptedClose, sinceAsOfMs };
  return { row, doubt, how, endTimeMs: found.end_time, endClose: found.end_close, toldRow: found.told_row };
}
