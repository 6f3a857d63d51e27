import { dirname, resolve } from "node:path";
import { restoreBackup } from "../../server/main.ts";
import type { GlobalOptions } from "../config.ts";
import type { Context } from "../context.ts";
import { Output } from "../output.ts";
import { renderCount } from "../render/count.ts";

/**
 * `bell restore FILE`: a backup takes the place of the database in BELL_DATA_DIR. Throws AppError: STORE_LOCKED while a server runs,
 * and whatever is wrong with the file, before anything is replaced. Warns where there was no database: the folder may be the wrong one.
 */
export function restoreFile({ environment, terminal, clock }: Context, { json }: GlobalOptions, name: string): void {
  const backupFile = resolve(name);
  const restored = restoreBackup(environment, backupFile, clock);
  const { file, replaced, newestFetchTimeMs, ...counts } = restored;
  const newest = newestFetchTimeMs === null ? null : new Date(newestFetchTimeMs).toISOString();
  const holds = [
    renderCount(counts.quoteCount, "quote"),
    renderCount(counts.alertCount, "alert"),
    renderCount(counts.userCount, "user"),
  ].join(", ");
  const lines = [
    `${file} is now what ${backupFile} holds: ${holds};`,
    newest === null ? "there is no quote in it." : `its newest quote was fetched at ${newest}.`,
    ...(replaced === null ? [] : [`What was there before is kept as it was, as ${replaced}.`]),
    "Lost is what came after the backup: quotes, alerts, accounts, and which mails were sent.",
    "So everybody has to log in again, no mail about a symbol goes out for an hour, and a mail that",
    "was still to be sent when the backup was taken may come a second time.",
  ];
  const document = { file, replaced, newestFetchTime: newest, ...counts };
  const output = new Output(terminal, json === true);
  output.show(document, () => lines.join("\n"));
  if (replaced !== null) return;
  output.note(
    `Warning: ${dirname(file)} held no database before. If the server's is elsewhere, this went to the wrong place:\n` +
      "set BELL_DATA_DIR to the folder that the server has, and restore again.",
  );
}
