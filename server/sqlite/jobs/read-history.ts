// The thread that reads the past: one connection that only reads, one question after the other. It ends with the store.
import Database from "better-sqlite3";
import { parentPort, workerData } from "node:worker_threads";
import { BUSY_TIMEOUT_MS } from "../../../runtime/sqlite/open-database.ts";
import { answerOf } from "../history-answer.ts";
import { HistoryReading, type HistoryRequest } from "../history-reading.ts";

const file = String(workerData);
let reading: HistoryReading | null = null;

parentPort?.on("message", (request: HistoryRequest) => {
  const answer = answerOf(() => {
    reading ??= new HistoryReading(new Database(file, { readonly: true, timeout: BUSY_TIMEOUT_MS }));
    return reading.answer(request);
  }, file);
  parentPort?.postMessage(answer);
});
