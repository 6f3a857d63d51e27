import type Database from "better-sqlite3";
import { commitLazily } from "../commit-lazily.ts";
import type { LedgerTrouble } from "./ledger-trouble.ts";

/** Where it is kept over restarts what a key's answers have shown, beside its requests. */
export interface LedgerTables {
  readonly db: Database.Database;
  readonly keyHash: string;
  readonly trouble: LedgerTrouble;
}

/** Writes and does not wait for the disk: what is forgotten costs one request. The requests themselves are waited for. */
export function writeLazily({ db, trouble }: LedgerTables, work: () => void): void {
  commitLazily(db, () => trouble.write(work));
}
