import { existsSync, lstatSync, realpathSync, statSync, type Stats } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../usage-error.ts";

/** Where a backup goes. */
export interface BackupTarget {
  /** An absolute path. */
  readonly file: string;
  /** Whether an older backup of that name may be replaced. */
  readonly force: boolean;
  /** Where the server of this environment has its database. */
  readonly dataFolder: string;
}

/** What belongs to a database, by the ends of its files' names. */
const BESIDE = /(-wal|-shm|-journal|\.lock)$/;
/** What a database of that name has beside it while a program uses it, and after one was killed. No backup has any of them. */
const LEFT_BY_OTHERS = ["-wal", "-shm", "-journal"];
/** What a backup may be called in a folder that was named instead of a file. */
const USUAL_NAME = "tickerbell-backup.db";

/**
 * Throws UsageError for a folder, for a file of a database in use, beside what another database of that name left, and for any file
 * that is there, unless `force` is set and it is empty or an older backup.
 */
export async function assertMayWrite({ file, force, dataFolder }: BackupTarget): Promise<void> {
  if (!existsSync(dirname(file))) throw refusal(`there is no folder ${dirname(file)}`);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) {
    throw refusal(`${file} is a folder; name a file in it, such as ${join(file, USUAL_NAME)}`);
  }
  assertNotInUse(file, dataFolder);
  if (found?.isFile() === false) throw refusal(`${file} is no ordinary file`);
  assertNothingBeside(file);
  if (found === undefined) return;
  if (!force) throw refusal(`${file} exists; --force replaces it if it is a backup`);
  await assertReplaceable(file, found);
}

function assertNotInUse(file: string, dataFolder: string): void {
  const live = join(realOf(dataFolder), "tickerbell.db");
  for (const name of [join(realOf(dirname(file)), basename(file)), realOf(file)]) {
    const database = name.replace(BESIDE, "");
    if (database === live || database === realOf(live) || existsSync(`${database}.lock`)) {
      throw refusal(`${file} is a database in use, or a file of one; a backup never replaces it`);
    }
  }
}

/** SQLite would play what is there into the backup; and it may be the only place where another database's last writes are. */
function assertNothingBeside(file: string): void {
  const left = LEFT_BY_OTHERS.map((end) => file + end).filter(
    (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
  );
  if (left.length === 0) return;
  throw refusal(
    `beside ${file} lies what another program wrote to a database of that name: ${left.join(", ")}; name another file, ` +
      "or end that program and move away what it leaves",
  );
}

async function assertReplaceable(file: string, { size }: Stats): Promise<void> {
  if (size === 0) return;
  const { isBackupFile } = await import("../../server/main.ts"); // loaded only when there is something to look into
  if (!isBackupFile(file)) {
    throw refusal(
      `${file} is no backup of Tickerbell's, so --force does not replace it; name another file, or remove it`,
    );
  }
}

function refusal(message: string): UsageError {
  return new UsageError(message, "./bell backup --help");
}

/** Without symbolic links; as it is when there is no such file. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
