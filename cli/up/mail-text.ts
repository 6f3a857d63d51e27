// `bell up` looks at the mail server that is to take its mail: whoever makes the first alert should know then that nothing will come.
import { AppError } from "../../domain/error.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import { addressText } from "../../runtime/config/address-text.ts";
import type { Environment } from "../../runtime/config/read-settings.ts";
import type { MailServerLook } from "../../notifier/main.ts";
import { judgeMailServer } from "../doctor/mail.ts";
import { within } from "../doctor/within.ts";
import { planProcesses } from "./plan.ts";

/** Everything runs already; a mail server that is slower is told of as such. */
const LOOK_LIMIT_MS = 3_500;

/** What becomes of mail now, as a clause; undefined when a mailbox of this machine takes it, and when nobody can tell. */
export async function lookAtMail(environment: Environment, clock: Pick<Clock, "sleep">): Promise<string | undefined> {
  if (planProcesses(environment).includes("mailbox")) return undefined;
  const { lookAtMailServer } = await import("../../notifier/main.ts");
  try {
    return mailText(await within(LOOK_LIMIT_MS, clock, (signal) => lookAtMailServer(environment, signal)));
  } catch (error) {
    if (error instanceof AppError && error.reason === "CONFIG_INVALID") return undefined; // the notifier tells of its settings
    throw error;
  }
}

/** The same of what one look found; undefined: it took too long. */
export function mailText(look: MailServerLook | undefined): string {
  const { state, message } = judgeMailServer(look, false);
  if (look !== undefined && state !== "fail") return `mail goes to ${addressText(look)}`;
  const reason = look === undefined ? `the mail server, ${message}` : message;
  return `no mail goes out (${reason}: ./bell doctor --mail)`;
}
