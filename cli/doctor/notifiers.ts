import type { SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { nameOf } from "../actions/status-view.ts";
import { renderCount } from "../render/count.ts";
import { ok, type Finding } from "./finding.ts";
import { judgeMissing } from "./missing-process.ts";

/** Whether anybody is there to send mail. */
export function judgeNotifiers(status: SystemStatus): Finding {
  const { notifiers } = status;
  if (notifiers.length === 0) return judgeMissing(status, "notifier", "no mail goes out");
  const names = notifiers.map(({ certificate, address }) => `${nameOf(certificate?.uri)} at ${address}`);
  return ok("notifier", `${renderCount(notifiers.length, "notifier")}: ${names.join(", ")}`);
}
