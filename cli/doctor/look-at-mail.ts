import type { MailServerLook } from "../../notifier/main.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import { addressText } from "../../runtime/config/address-text.ts";
import { readSettings, type Environment } from "../../runtime/config/read-settings.ts";
import { planProcesses, reachableAddress } from "../up/plan.ts";
import { within } from "./within.ts";

/** What one look at the mail server of an environment found. */
export interface MailLook {
  /** Undefined: it took too long. */
  readonly look: MailServerLook | undefined;
  /** Whether it is the mailbox of `bell up`, because no mail server is named. */
  readonly isMailbox: boolean;
}

/** How long a look may take. */
const HASTY_LIMIT_MS = 3_500;
const PATIENT_LIMIT_MS = 20_000;

/**
 * Looks at the mail server as a notifier of this environment would: in a hurry as one check among many, else with a notifier's own patience.
 * Rejects with AppError CONFIG_INVALID for settings that do not fit together.
 */
export async function lookAtMail(
  environment: Environment,
  clock: Pick<Clock, "sleep">,
  { isPatient }: { readonly isPatient: boolean },
): Promise<MailLook> {
  const { lookAtMailServer } = await import("../../notifier/main.ts");
  const isMailbox = planProcesses(environment).includes("mailbox");
  const toldWhere = isMailbox ? withMailbox(environment) : environment;
  const limitMs = isPatient ? PATIENT_LIMIT_MS : HASTY_LIMIT_MS;
  const look = await within(limitMs, clock, (signal) => lookAtMailServer(toldWhere, signal, { isPatient }));
  return { look, isMailbox };
}

/** Where no mail server is named, `bell up` tells the notifier where its mailbox listens. */
function withMailbox(environment: Environment): Environment {
  const { BELL_MAILBOX_SMTP_LISTEN: place } = readSettings(environment, ["BELL_MAILBOX_SMTP_LISTEN"]);
  return place.port === 0 ? environment : { ...environment, BELL_SMTP: reachableAddress(addressText(place)) };
}
