import { deriveSetting } from "../../runtime/config/derive-setting.ts";
import { isLocalHost } from "../../runtime/config/loopback-host.ts";
import type { Environment } from "../../runtime/config/read-settings.ts";
import { planProcesses } from "./plan.ts";

/** What may be meant otherwise, but is no mistake: mail to the world about prices that nobody paid. Null when there is nothing to say. */
export function startWarning(environment: Environment): string | null {
  const plan = planProcesses(environment);
  if (!plan.includes("simulator") || plan.includes("mailbox")) return null;
  const host = deriveSetting([], environment, ["BELL_SMTP", "BELL_LOCAL_HOSTS"], (values) =>
    isLocalHost(values.BELL_SMTP.host, values.BELL_LOCAL_HOSTS ?? []) ? null : values.BELL_SMTP.host,
  );
  if (host === null || host === undefined) return null;
  return (
    `BELL_SMTP names ${host}, so real mail goes out about SIMULATED prices. ` +
    "For real prices set BELL_ALPHA_VANTAGE_API_KEY_FILE; to keep the mail on this machine unset BELL_SMTP."
  );
}
