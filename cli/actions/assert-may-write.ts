import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../usage-error.ts";

/** Where a backup goes. */
export interface BackupTarget {
  /** An absolute path. */
  readonly file: string;
  /** Whether a file of that name may be replaced. */
  readonly force: boolean;
  /** Where the server of this environment has its database. */
  readonly dataFolder: string;
}

/** What belongs to a database, by the ends of its files' names. */
const BESIDE = /(-wal|-shm|-journal|\.lock)$/;

/** Throws UsageError for a file that is there unless it may be replaced, for no folder, and always for a database in use. */
export function assertMayWrite({ file, force, dataFolder }: BackupTarget): void {
  const help = "./bell backup --help";
  if (!existsSync(dirname(file))) throw new UsageError(`there is no folder ${dirname(file)}`, help);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) throw new UsageError(`${file} is no file`, help);
  const live = join(realOf(dataFolder), "tickerbell.db");
  for (const name of [join(realOf(dirname(file)), basename(file)), realOf(file)]) {
    const database = name.replace(BESIDE, "");
    if (database === live || database === realOf(live) || existsSync(`${database}.lock`)) {
      throw new UsageError(`${file} is a database in use, or a file of one; a backup never replaces it`, help);
    }
  }
  if (found !== undefined && !force) throw new UsageError(`${file} exists; --force replaces it`, help);
}

/** Without symbolic links; as it is when there is no such file. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
