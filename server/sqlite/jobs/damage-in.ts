import type Database from "better-sqlite3";
import type { JobAnswer } from "./run-job.ts";

/** Reads every page of a database: what is wrong first, or that nothing is. Throws what SQLite throws when it cannot even begin. */
export function damageIn(db: Database.Database): JobAnswer {
  const text = String(db.pragma("integrity_check(1)", { simple: true }));
  return text === "ok" ? { kind: "done" } : { kind: "damaged", text: text.replaceAll("\n", " ") };
}
