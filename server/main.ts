import { systemClock } from "../runtime/clock/clock.ts";
import type { StartProcess } from "../runtime/life/handle.ts";
import { createLog } from "../runtime/log/log.ts";
import { serverConfig } from "./config.ts";
import { startServer } from "./start-server.ts";

/** `bell server`: takes quotes in, judges alerts, hands out what fired. */
export const startProcess: StartProcess = async (environment) => {
  const config = serverConfig(environment);
  return startServer(config, { clock: systemClock, log: createLog("server", config.logLevel) });
};

export { isBackupFile, lookAtDatabase, restoreBackup, type DatabaseLook } from "./restore.ts";
