// A job: copies a database, as it stands at one moment, while others write it; then reads the copy through. Words: the file, the copy.
import Database from "better-sqlite3";
import { answerJob } from "./answer-job.ts";
import { damageIn } from "./damage-in.ts";

/** Pages copied before it looks whether anybody still wants the copy: 8 MB. */
const PAGES_A_STEP = 2_000;

const [, , file = "", copyFile = ""] = process.argv;

await answerJob(async () => {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  db.exec("BEGIN");
  db.prepare("SELECT count(*) FROM sqlite_schema").get(); // from here on it sees one moment, so that writes never make it begin anew
  await db.backup(copyFile, { progress: () => PAGES_A_STEP });
  db.close();
  const copy = new Database(copyFile);
  copy.pragma("journal_mode = DELETE"); // one file, complete by itself
  try {
    return damageIn(copy);
  } finally {
    copy.close();
  }
});
