// A job: reads a whole database through. Words: the file.
import Database from "better-sqlite3";
import { answerJob } from "./answer-job.ts";
import { damageIn } from "./damage-in.ts";

const [, , file = ""] = process.argv;

await answerJob(() => {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return damageIn(db);
  } finally {
    db.close();
  }
});
