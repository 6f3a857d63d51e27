import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";
import { runCall } from "./run-call.ts";

const load = () => import("../actions/mail-settings.ts");

const QUIET_HELP = `
By the clocks of your time zone (./bell account set --time-zone), also when they
are changed. Alerts go on being judged: what fires meanwhile comes in one mail
at the end. Urgent alerts come all the same.`;

const SNOOZE_HELP = `
WHEN is how long (2h, 3d) or until when: 08:00 (the next time it is that),
tomorrow 08:00, 2026-12-24 08:00, by the clocks of your time zone, or a time
with a zone of its own: 2026-12-24T08:00:00Z. At most a year. Alerts go on being
judged: what fires meanwhile comes in one mail then. Urgent alerts come all the
same.`;

const CHECK_HELP = `
It looks at the mail server of this environment (BELL_SMTP, BELL_SMTP_USER,
BELL_SMTP_PASSWORD_FILE, BELL_MAIL_FROM), as a notifier would: run it with the
notifier's settings and as its user. It connects, encrypts, logs in and leaves;
nothing is sent. ./bell notifications test sends a mail, all the way.

Exit codes of this command:
  0 the mail server would take mail, though something may have to be looked at;
  1 it would not`;

/** `bell mail …` */
export function addMailCommands(program: Command, context: Context): void {
  const mail = program.command("mail").description("when your mail comes, and whether the mail server would take it");
  const settings = mail
    .command("settings")
    .description("when your mail comes: quiet hours, digest, snooze")
    .action((_options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).showMailSettings(call)),
    );
  addExamples(settings, "./bell mail settings", "./bell mail settings --json");
  addWishes(mail, context);
  const check = mail
    .command("check")
    .description("try the mail server: connect, encrypt, log in and leave, without sending")
    .action(async (_options: unknown, command: Command) => {
      const { checkMail } = await import("../actions/mail-check.ts");
      await checkMail(context, command.optsWithGlobals());
    });
  check.addHelpText("after", CHECK_HELP);
  addExamples(check, "./bell mail check", "BELL_SMTP=smtp.gmail.com:587 ./bell mail check");
  addExamples(mail, "./bell mail quiet-hours 22:00-07:00", "./bell mail snooze 2h", "./bell mail check");
}

function addWishes(mail: Command, context: Context): void {
  const quiet = mail
    .command("quiet-hours")
    .description("hours of the day without mail")
    .argument("<hours...>", "such as 22:00-07:00, or off")
    .action((words: string[], _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).setQuietHours(call, words)),
    );
  quiet.addHelpText("after", QUIET_HELP);
  addExamples(quiet, "./bell mail quiet-hours 22:00-07:00", "./bell mail quiet-hours off");
  const digest = mail
    .command("digest")
    .description("one mail a day instead of one for each that fires")
    .argument("<when...>", "a time of day, such as 08:00; close: after the exchange closes; or off")
    .action((words: string[], _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).setDigest(call, words)),
    );
  addExamples(digest, "./bell mail digest 08:00", "./bell mail digest close", "./bell mail digest off");
  const snooze = mail
    .command("snooze")
    .description("no mail for a while")
    .argument("<when...>", "2h, until tomorrow 08:00, or off")
    .action((words: string[], _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).snooze(call, words)),
    );
  snooze.addHelpText("after", SNOOZE_HELP);
  addExamples(
    snooze,
    "./bell mail snooze 2h",
    "./bell mail snooze until tomorrow 08:00",
    "./bell mail snooze 2026-12-24T08:00:00Z",
    "./bell mail snooze off",
  );
}
