import type { Clock } from "../runtime/clock/clock.ts";
import type { Environment } from "../runtime/config/read-settings.ts";
import { serverConfig } from "./config.ts";
import { restoreDatabase, type Restored } from "./sqlite/restore-database.ts";

/**
 * Puts a backup in the place of the database that `bell server` would open with this environment. No server may run there. Throws
 * AppError (see restoreDatabase), and CONFIG_INVALID.
 */
export function restoreBackup(environment: Environment, backupFile: string, clock: Clock): Restored {
  const { databaseFile } = serverConfig(environment);
  return restoreDatabase({ file: databaseFile, backupFile, now: clock.now() });
}

export { isBackupFile } from "./sqlite/is-backup-file.ts";
export { lookAtDatabase, type DatabaseLook } from "./sqlite/look-at-database.ts";
