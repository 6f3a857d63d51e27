import { isLocalHost } from "./loopback-host.ts";
import { configError } from "./read-settings.ts";
import type { Address } from "./setting-types.ts";

/**
 * A replay (`BELL_CLOCK=data`) tells of prices that are years old: its mail must not leave the machine. Every process that is told of
 * both looks; `localHosts` are those of BELL_LOCAL_HOSTS. Throws AppError CONFIG_INVALID.
 */
export function checkReplay(clock: "wall" | "data", mailServer: Address, localHosts: readonly string[] = []): void {
  if (clock === "wall" || isLocalHost(mailServer.host, localHosts)) return;
  const message = `is ${mailServer.host}, but BELL_CLOCK=data replays old prices: their mail must stay on this machine (127.0.0.1)`;
  throw configError([{ field: "BELL_SMTP", reason: "CONFIG_INVALID", message }]);
}
