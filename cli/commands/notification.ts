import type { Command } from "commander";
import type { NotificationGetOptions, NotificationListOptions } from "../actions/notification.ts";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";
import { runCall } from "./run-call.ts";

const load = () => import("../actions/notification.ts");

const GET_HELP = `
--eml makes the mail anew from what was sealed, as the notifier did; the sender
is the BELL_MAIL_FROM of this environment. Mails are kept for 30 days.`;

const RESEND_HELP = `
It goes as a new mail, when nothing holds it: the hour after the last one about
its symbol, quiet hours, a digest, a snooze; what waits for the symbol joins it.
After UNKNOWN it may be the second.`;

const TEST_HELP = `
It goes the whole way: server, notifier, mail server. It names no symbol and
takes no cooldown; 10 a day. It is in no list: get shows it by its whole id.

Exit codes of this command:
  0 handed to your mail server; 1 refused; 69 still here after a minute`;

/** `bell notifications …` */
export function addNotificationCommands(program: Command, context: Context): void {
  const notifications = program.command("notifications").description("what you were told, and what is on its way");
  const list = notifications
    .command("list")
    .description("your notifications, newest first")
    .option("--symbol <symbol>", "only those about this symbol")
    .option(
      "--state <state>",
      "only those in this state: waiting (or held), sending, unsure, sent, dead, unknown, expired or cancelled",
    )
    .option("--all", "every page, not only the newest 50")
    .action((options: NotificationListOptions, command: Command) =>
      runCall(context, command, async (call) => (await load()).listNotifications(call, options)),
    );
  addExamples(list, "./bell notifications list", "./bell notifications list --state waiting --json");
  addGet(notifications, context);
  addResend(notifications, context);
  addTest(notifications, context);
  addExamples(notifications, "./bell notifications list", "./bell notifications test");
}

function addGet(notifications: Command, context: Context): void {
  const get = notifications
    .command("get")
    .description("everything about one notification: what fired, and each attempt to mail it")
    .argument("<id>", "the notification's id, or its beginning")
    .option("--eml [file]", "its mail as it was sent, to a new file; else it is shown")
    .action((id: string, options: NotificationGetOptions, command: Command) =>
      runCall(context, command, async (call) => (await load()).getNotification(call, id, options)),
    );
  get.addHelpText("after", GET_HELP);
  addExamples(get, "./bell notifications get 5b1e8c70", "./bell notifications get 5b1e8c70 --eml mail.eml");
}

function addResend(notifications: Command, context: Context): void {
  const resend = notifications
    .command("resend")
    .description("try one again that ended as DEAD, UNKNOWN or EXPIRED")
    .argument("<id>", "the notification's id, or its beginning")
    .action((id: string, _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).resendNotification(call, id)),
    );
  resend.addHelpText("after", RESEND_HELP);
  addExamples(resend, "./bell notifications resend 5b1e8c70");
}

function addTest(notifications: Command, context: Context): void {
  const test = notifications
    .command("test")
    .description("mail yourself a test, and tell what becomes of it within a minute")
    .action((_options: unknown, command: Command) =>
      runCall(context, command, async (call) => {
        const { sendTestMail } = await import("../actions/mail-trial.ts");
        await sendTestMail(call);
      }),
    );
  test.addHelpText("after", TEST_HELP);
  addExamples(test, "./bell notifications test", "./bell notifications test --json");
}
