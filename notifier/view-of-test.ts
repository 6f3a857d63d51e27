import type { TestMail } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { command, fact, told, type MailView } from "./mail-view.ts";
import { renderMomentFor } from "./render-moment.ts";
import { name } from "./trigger-block.ts";

/** A test that a user asked for, ready for the templates. */
export function viewOfTest({ time, timeZone }: TestMail, notificationId: string): MailView {
  const when = renderMomentFor({ exchange: timeZone || "UTC", reader: "UTC" }, time?.getTime() ?? NaN);
  return {
    subject: "Tickerbell test: your mail arrives",
    warning: "",
    title: "Your mail arrives",
    lead: "You asked for this test. Mail about your alerts comes the same way.",
    blocks: [],
    more: 0,
    closing: told([
      fact("Asked for", when),
      fact("Takes", "no cooldown: a mail about an alert that fires now is not held by it"),
      command("See again", `./bell notifications get ${name(notificationId)}`),
    ]),
  };
}
