import { isLoopbackHost } from "../runtime/config/loopback-host.ts";
import type { MailSender } from "./compose-mail.ts";
import type { SmtpSettings } from "./smtp-settings.ts";

/** What a real mail server will most likely say of a sender on this machine, before it says so; null when there is nothing to say. */
export function senderWarning({ host, security }: SmtpSettings, { address }: MailSender): string | null {
  const isLocal = security === "loopback" || security === "tls-loopback";
  if (isLocal || !isLoopbackHost(address.replace(/^.*@/, ""))) return null;
  return `mail goes out from ${address}, which ${host} and whoever gets it may refuse: set BELL_MAIL_FROM to an address of yours`;
}
