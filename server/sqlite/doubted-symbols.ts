import type Database from "better-sqlite3";
import type { PriceDoubt } from "../../domain/judging/price-check.ts";

/** Before every user's id. */
const NOBODY = "";

interface Doubted {
  readonly doubt: PriceDoubt;
  /** Owners up to this one have been told of it; null: all of them, or nobody is to be. */
  readonly toldUser: string | null;
}

/** A doubt that owners are still to be told of, those after `toldUser`. */
interface UntoldDoubt extends Doubted {
  readonly toldUser: string;
}

/** The symbols whose prices are doubted: few, read from the table when first asked for and kept in memory. */
export class DoubtedSymbols {
  #known: Map<string, Doubted> | null = null;
  readonly #load: Database.Statement;
  readonly #save: Database.Statement;
  readonly #delete: Database.Statement;

  constructor(db: Database.Database) {
    this.#load = db.prepare("SELECT * FROM doubted_symbols ORDER BY symbol");
    this.#save = db.prepare("INSERT OR REPLACE INTO doubted_symbols VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    this.#delete = db.prepare("DELETE FROM doubted_symbols WHERE symbol = ?");
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
      this.#write({ doubt, toldUser: doubt.kind === "HELD" ? NOBODY : null });
      return;
    }
    this.#delete.run(symbol);
    this.#doubted().delete(symbol);
  }

  /** The symbols on HOLD, by symbol. */
  held(): readonly PriceDoubt[] {
    const doubts = [...this.#doubted().values()].map(({ doubt }) => doubt);
    return doubts.filter(({ kind }) => kind === "HELD").sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  }

  /** The next that owners are to be told of; null: there is none. */
  untold(): UntoldDoubt | null {
    for (const { doubt, toldUser } of this.#doubted().values()) if (toldUser !== null) return { doubt, toldUser };
    return null;
  }

  /** Owners up to this one are told; null: all are. */
  markTold({ doubt }: Doubted, toldUser: string | null): void {
    this.#write({ doubt, toldUser });
  }

  /** Drops what is in memory; the table says what holds. */
  forget(): void {
    this.#known = null;
  }

  #write(doubted: Doubted): void {
    const { symbol, kind, ratio, close, fetchTimeMs, sinceAsOfMs, acceptedClose } = doubted.doubt;
    this.#save.run(symbol, kind, ratio, close, fetchTimeMs, sinceAsOfMs, acceptedClose, doubted.toldUser);
    this.#doubted().set(symbol, doubted);
  }

  #doubted(): Map<string, Doubted> {
    this.#known ??= new Map((this.#load.all() as DoubtedRow[]).map((row) => [row.symbol, doubtedFromRow(row)]));
    return this.#known;
  }
}

interface DoubtedRow {
  readonly symbol: string;
  readonly kind: PriceDoubt["kind"];
  readonly ratio: string;
  readonly close: number;
  readonly fetch_time: number;
  readonly since_as_of: number;
  readonly accepted_close: number;
  readonly told_user: string | null;
}

function doubtedFromRow(row: DoubtedRow): Doubted {
  const { symbol, kind, ratio, close } = row;
  const times = { fetchTimeMs: row.fetch_time, sinceAsOfMs: row.since_as_of };
  return {
    doubt: { symbol, kind, ratio, close, ...times, acceptedClose: row.accepted_close },
    toldUser: row.told_user,
  };
}
