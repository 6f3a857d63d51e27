import { systemClock } from "../../runtime/clock/clock.ts";
import type { StartProcess } from "../../runtime/life/handle.ts";
import { createLog } from "../../runtime/log/log.ts";
import { simulatorConfig } from "../config.ts";
import { startSimulator } from "./start-simulator.ts";

/** `bell simulator`: Alpha Vantage on this machine. */
export const startProcess: StartProcess = async (environment) => {
  const config = simulatorConfig(environment);
  const log = createLog("simulator", config.logLevel);
  const simulator = await startSimulator(config, { clock: systemClock, log });
  return { addresses: { http: simulator.address }, close: () => simulator.close() };
};
