import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import { openDatabase, type OpenDatabase } from "../../runtime/sqlite/open-database.ts";
import { GapSupply } from "./gap-supply.ts";
import { spoolError } from "./spool-error.ts";
import { SpoolReserve } from "./spool-reserve.ts";
import { Spool, type SpoolOptions } from "./spool.ts";

const MIGRATIONS = join(import.meta.dirname, "migrations");

/** A spool, and how to close it: after whoever puts and takes has ended. */
export interface OpenSpool {
  readonly spool: Spool;
  /** The spool's quotes, and what is missing among them. */
  readonly supply: GapSupply;
  readonly close: () => void;
}

/**
 * Opens (or makes) the spool in a file. Throws AppError: STORE_LOCKED when another fetcher has it, STORE_NEWER when a newer version
 * wrote it, STORE_CORRUPT when it is damaged, STORE_UNAVAILABLE when it cannot be opened at all.
 */
export function openSpool(options: Omit<SpoolOptions, "db">): OpenSpool {
  const { file, log, quotesMax } = options;
  try {
    const reserve = new SpoolReserve(file);
    const database = openWith(reserve, file);
    try {
      const spool = new Spool({ ...options, db: checked(database.db, file) });
      log.info({ file, spooled: spool.size, capacity: quotesMax, refused: spool.refusedCount }, "spool opened");
      reserve.keep();
      const supply = new GapSupply({ ...options, db: database.db, quotes: spool });
      return { spool, supply, close: () => database.close() };
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw spoolError(error, file);
  }
}

/** On a full disk, with the room that was held for this. */
function openWith(reserve: SpoolReserve, file: string): OpenDatabase {
  const place = { file, migrations: MIGRATIONS, owner: "fetcher" } as const;
  try {
    return openDatabase(place);
  } catch (error) {
    if (!(error instanceof AppError) || error.reason !== "STORE_FULL" || !reserve.release()) throw error;
    return openDatabase(place);
  }
}

/** Throws STORE_CORRUPT unless every page is as SQLite wrote it. */
function checked(db: SpoolOptions["db"], file: string): SpoolOptions["db"] {
  const finding = String(db.pragma("quick_check(1)", { simple: true }));
  if (finding === "ok") return db;
  throw new AppError("DATA_LOSS", "STORE_CORRUPT", `the database ${file} is damaged: ${finding}`);
}
