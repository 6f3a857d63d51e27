import type { SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { isStarting, sinceMs } from "../actions/status-view.ts";
import { renderAge } from "../render/age.ts";
import { fail, warn, type Finding } from "./finding.ts";

/** A process that should be connected and is not; so soon after a start it is no wonder. */
export function judgeMissing(status: SystemStatus, role: "fetcher" | "notifier", effect: string): Finding {
  if (isStarting(status)) {
    const up = renderAge(sinceMs(status.serverStartTime, status.serverTime));
    return warn(role, `none is connected yet: the server started ${up} ago`, "look again in a few seconds");
  }
  const mend = `./bell up (or ./bell ${role}); where it should be running, its log says why it is not`;
  return fail(role, `none is connected: ${effect}`, mend);
}
