import Database from "better-sqlite3";
import { readDatabaseHead } from "./database-head.ts";
import { schemaFault } from "./server-schema.ts";

/** Whether a file is what `bell backup` writes, and so may make room for another. A file that cannot be read is not. */
export function isBackupFile(file: string): boolean {
  try {
    const { isDatabase, writesAhead } = readDatabaseHead(file);
    return isDatabase && !writesAhead && hasOurSchema(file);
  } catch {
    return false;
  }
}

function hasOurSchema(file: string): boolean {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return schemaFault(db) === null;
  } finally {
    db.close();
  }
}
