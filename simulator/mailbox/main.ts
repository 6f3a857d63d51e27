import { systemClock } from "../../runtime/clock/clock.ts";
import type { StartProcess } from "../../runtime/life/handle.ts";
import { createLog } from "../../runtime/log/log.ts";
import { mailboxConfig } from "../config.ts";
import { renderMailSummary } from "./mail.ts";
import { startMailbox } from "./start-mailbox.ts";

/** `bell mailbox`: takes mail and shows it. */
export const startProcess: StartProcess = async (environment) => {
  const config = mailboxConfig(environment);
  const log = createLog("mailbox", config.logLevel);
  const onMail = (mail: Parameters<typeof renderMailSummary>[0]) => void process.stdout.write(renderMailSummary(mail));
  const mailbox = await startMailbox(config, { clock: systemClock, log, onMail });
  return { addresses: { smtp: mailbox.smtpAddress, page: mailbox.pageUrl }, close: () => mailbox.close() };
};
