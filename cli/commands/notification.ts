import type { Command } from "commander";
import type { NotificationListOptions } from "../actions/notification.ts";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";
import { runCall } from "./run-call.ts";

const load = () => import("../actions/notification.ts");

/** `bell notifications …` */
export function addNotificationCommands(program: Command, context: Context): void {
  const notifications = program.command("notifications").description("what you were told, and what is on its way");
  const list = notifications
    .command("list")
    .description("your notifications, newest first")
    .option("--symbol <symbol>", "only those about this symbol")
    .option(
      "--state <state>",
      "only those in this state: waiting, sending, unsure, sent, dead, unknown, expired or cancelled",
    )
    .option("--all", "every page, not only the newest 50")
    .action((options: NotificationListOptions, command: Command) =>
      runCall(context, command, async (call) => (await load()).listNotifications(call, options)),
    );
  addExamples(list, "./bell notifications list", "./bell notifications list --state waiting --json");
  const get = notifications
    .command("get")
    .description("everything about one notification, with what fired")
    .argument("<id>", "the notification's id, or its beginning")
    .action((id: string, _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).getNotification(call, id)),
    );
  addExamples(get, "./bell notifications get 5b1e8c70");
  addExamples(notifications, "./bell notifications list");
}
