import type { GlobalOptions } from "../config.ts";
import type { Context } from "../context.ts";
import { doctorText } from "../doctor/doctor-text.ts";
import { lookAtMail } from "../doctor/look-at-mail.ts";
import { mailSteps } from "../doctor/mail-steps.ts";
import { EXIT } from "../exit-codes.ts";
import { Output } from "../output.ts";
import { QuietExit } from "../quiet-exit.ts";

/** `bell mail check`. Throws QuietExit when no mail could be sent, AppError CONFIG_INVALID for settings that do not fit together. */
export async function checkMail(context: Context, options: GlobalOptions): Promise<void> {
  const findings = mailSteps(await lookAtMail(context.environment, context.clock, { isPatient: true }));
  const output = new Output(context.terminal, options.json === true);
  output.show(findings, () => doctorText(findings, output.width));
  if (findings.some(({ state }) => state === "fail")) throw new QuietExit(EXIT.unexpected);
}
