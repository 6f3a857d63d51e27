// The mail of a notification as it was sealed: made from what was sealed by the notifier's own composer, so that it is the very mail, but
// for the sender, which each notifier is told by its own settings.
import { resolve } from "node:path";
import { NotificationServiceService as notificationService } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { readSettings } from "../../runtime/config/read-settings.ts";
import type { Call } from "../call.ts";
import { renderSize } from "../render/size.ts";
import { openNewFile } from "./open-new-file.ts";

/** `bell notifications get --eml`; `file` null: to the screen. Throws UsageError for a file that is there already. */
export async function showMail({ api, output, context }: Call, id: string, file: string | null): Promise<void> {
  const { BELL_MAIL_FROM: from } = readSettings(context.environment, ["BELL_MAIL_FROM"]);
  const delivery = await api.unary(notificationService.getNotificationMail, { id });
  const { composeMail } = await import("../../notifier/main.ts");
  const { to, bytes } = composeMail(delivery, from);
  if (file === null) {
    if (output.json) output.show({ from: from.address, to, eml: bytes.toString() }, () => "");
    else output.showText(bytes.toString());
    return;
  }
  const path = resolve(file);
  const handle = await openNewFile(path, "./bell notifications get --help");
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  output.show(
    { from: from.address, to, file: path, sizeBytes: bytes.length },
    () => `${path}: ${renderSize(bytes.length)}.`,
  );
}
