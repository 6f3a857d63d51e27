import type Database from "better-sqlite3";
import type { PriceDoubt } from "../../domain/judging/price-check.ts";
import { HOUR_MS, type TimeMs } from "../../domain/time.ts";

/** Before every user's id. */
const NOBODY = "";
/**
 * Owners are told of a symbol's HOLD at most once in so long, by the moments of its prices: a source that mistakes a currency now and then
 * puts the symbol on HOLD and ends that with every other price.
 */
const NOTICE_EVERY_MS = HOUR_MS;

interface Doubted {
  readonly doubt: PriceDoubt;
  /** Owners up to this one have been told of it; null: all of them, or nobody is to be. */
  readonly toldUser: string | null;
  /** The newest moment of a doubted price; of a doubt that was read from the table when it began. */
  readonly heardMs: TimeMs;
}

/** A doubt that owners are still to be told of, those after `toldUser`. */
interface UntoldDoubt extends Doubted {
  readonly toldUser: string;
}

/** The symbols whose prices are doubted: few, read from the table when first asked for and kept in memory. */
export class DoubtedSymbols {
  #known: Map<string, Doubted> | null = null;
  /**
   * Up to when nobody is told that a symbol is on HOLD again, because of a notice, if that was committed. A restart forgets it: better
   * told once too often than not at all.
   */
  readonly #quiet = new Map<string, { readonly untilMs: TimeMs; readonly triggerId: string }>();
  readonly #load: Database.Statement;
  readonly #save: Database.Statement;
  readonly #delete: Database.Statement;
  readonly #isStored: Database.Statement;

  constructor(db: Database.Database) {
    this.#load = db.prepare("SELECT * FROM doubted_symbols ORDER BY symbol");
    this.#save = db.prepare("INSERT OR REPLACE INTO doubted_symbols VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    this.#delete = db.prepare("DELETE FROM doubted_symbols WHERE symbol = ?");
    this.#isStored = db.prepare("SELECT 1 FROM triggers WHERE id = ?").pluck();
  }

  /** The doubt about a symbol; null: there is none. */
  of(symbol: string): PriceDoubt | null {
    const known = this.#doubted();
    return known.size === 0 ? null : (known.get(symbol)?.doubt ?? null);
  }

  /** Makes this the doubt about the symbol, or ends it; the very same one changes nothing. Of a HOLD owners are to be told. */
  set(symbol: string, doubt: PriceDoubt | null): void {
    const before = this.of(symbol);
    if (doubt === before) return;
    if (doubt !== null) {
      this.#write({ doubt, toldUser: doubt.kind === "HELD" ? NOBODY : null, heardMs: doubt.sinceAsOfMs });
      return;
    }
    this.#delete.run(symbol);
    this.#doubted().delete(symbol);
  }

  /** Whether telling owners of the symbol's doubt has begun. */
  isTold(symbol: string): boolean {
    return this.#doubted().get(symbol)?.toldUser !== NOBODY;
  }

  /** Another price came under the symbol's doubt, which stays as it is; owners who are not told yet may be due by now. */
  hear(symbol: string, asOfMs: TimeMs): void {
    const doubted = this.#doubted().get(symbol);
    if (doubted?.toldUser !== NOBODY) return;
    this.#doubted().set(symbol, { ...doubted, heardMs: Math.max(doubted.heardMs, asOfMs) });
  }

  /** Every doubt, by symbol. */
  all(): ReadonlyMap<string, PriceDoubt> {
    return new Map([...this.#doubted()].map(([symbol, { doubt }]) => [symbol, doubt]));
  }

  /** The symbols on HOLD, by symbol. */
  held(): readonly PriceDoubt[] {
    const doubts = [...this.#doubted().values()].map(({ doubt }) => doubt);
    return doubts.filter(({ kind }) => kind === "HELD").sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  }

  /** The next that owners are to be told of; null: there is none. */
  untold(): UntoldDoubt | null {
    for (const doubted of this.#doubted().values()) {
      const { toldUser } = doubted;
      if (toldUser !== null && !this.#isTooSoon(doubted)) return { ...doubted, toldUser };
    }
    return null;
  }

  /** Owners up to this one are told, one of them by the trigger; null: all are, or by no trigger. */
  markTold(untold: UntoldDoubt, toldUser: string | null, triggerId: string | null): void {
    const { doubt, heardMs } = untold;
    if (untold.toldUser === NOBODY && triggerId !== null)
      this.#quiet.set(doubt.symbol, { untilMs: heardMs + NOTICE_EVERY_MS, triggerId });
    this.#write({ ...untold, toldUser });
  }

  /** Drops what is in memory of the table, which says what holds. */
  forget(): void {
    this.#known = null;
  }

  /** Whom telling has begun with, it goes on with. */
  #isTooSoon({ doubt, toldUser, heardMs }: Doubted): boolean {
    const quiet = this.#quiet.get(doubt.symbol);
    if (toldUser !== NOBODY || quiet === undefined || heardMs >= quiet.untilMs) return false;
    return this.#isStored.get(quiet.triggerId) !== undefined;
  }

  #write(doubted: Doubted): void {
    const { symbol, kind, ratio, close, fetchTimeMs, sinceAsOfMs, acceptedClose } = doubted.doubt;
    this.#save.run(symbol, kind, ratio, close, fetchTimeMs, sinceAsOfMs, acceptedClose, doubted.toldUser);
    this.#doubted().set(symbol, doubted);
  }

  #doubted(): Map<string, Doubted> {
    this.#known ??= new Map((this.#load.all() as DoubtRow[]).map((row) => [row.symbol, doubtedFromRow(row)]));
    return this.#known;
  }
}

/** A row of `doubted_symbols`. */
export interface DoubtRow {
  readonly symbol: string;
  readonly kind: PriceDoubt["kind"];
  readonly ratio: string;
  readonly close: number;
  readonly fetch_time: number;
  readonly since_as_of: number;
  readonly accepted_close: number;
  readonly told_user: string | null;
}

export function doubtFromRow(row: DoubtRow): PriceDoubt {
  const { symbol, kind, ratio, close } = row;
  const times = { fetchTimeMs: row.fetch_time, sinceAsOfMs: row.since_as_of };
  return { symbol, kind, ratio, close, ...times, acceptedClose: row.accepted_close };
}

function doubtedFromRow(row: DoubtRow): Doubted {
  return {
    doubt: doubtFromRow(row),
    toldUser: row.told_user,
    heardMs: row.since_as_of,
  };
}
