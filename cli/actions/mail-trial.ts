// `bell notifications test`: the whole way of a mail, from the server through a notifier to the mail server, tried and told.
import { SECOND_MS } from "../../domain/time.ts";
import { HoldReason, Notification, NotificationState } from "../../proto/gen/tickerbell/v1/notification.ts";
import { NotificationServiceService as notificationService } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { StatusServiceService as statusService } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { UserServiceService as userService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { AppError } from "../../domain/error.ts";
import type { Call } from "../call.ts";
import { enumName } from "../render/enum-name.ts";
import { EXIT } from "../exit-codes.ts";
import { QuietExit } from "../quiet-exit.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { wrapSentences } from "../render/wrapped-fields.ts";
import { tookText } from "./attempt-text.ts";
import { holdReasonText } from "./hold-text.ts";
import { refusedTexts } from "./mail-settings-text.ts";

/** So long it is waited for. */
const LIMIT_MS = 60 * SECOND_MS;
const POLL_MS = 500;

/** Nothing more becomes of these by itself. */
const ENDED: ReadonlySet<NotificationState> = new Set([
  NotificationState.SENT,
  NotificationState.DEAD,
  NotificationState.UNKNOWN,
  NotificationState.EXPIRED,
  NotificationState.CANCELLED,
]);

/** Sends the user a test and tells what became of it. Throws QuietExit unless it was handed over; what is on its way goes on by itself. */
export async function sendTestMail(call: Call): Promise<void> {
  const { api, output } = call;
  const { email } = await api.unary(userService.getCurrentUser, {});
  const begun = await api.unary(notificationService.sendTestMail, {});
  output.note(`A test mail to ${email} is on its way.`);
  const test = await waitFor(call, begun);
  const isSent = test.state === NotificationState.SENT;
  const refused =
    test.state === NotificationState.DEAD ? refusedTexts(await api.unary(userService.getCurrentUser, {})) : [];
  const cause = isSent || ENDED.has(test.state) ? "" : await causeOf(call, test);
  output.show({ ...(jsonFromMessage(Notification, test) as object), cause }, () =>
    wrapSentences(isSent ? sentTexts(test, email) : [...failedTexts(test, cause), ...refused], output.width),
  );
  if (!isSent) throw new QuietExit(ENDED.has(test.state) ? EXIT.unexpected : EXIT.unavailable);
}

/** The test as it stands when it has ended, when only its owner can help it, or when the time is over. Throws AppError CANCELLED. */
async function waitFor({ api, context }: Call, begun: Notification): Promise<Notification> {
  const { clock } = context;
  const end = clock.monotonic() + LIMIT_MS;
  const interruption = context.interruption(); // once: each listens to the process
  let test = begun;
  while (!ENDED.has(test.state) && test.holdReason !== HoldReason.ADDRESS_REFUSED && clock.monotonic() < end) {
    await clock.sleep(POLL_MS, interruption).catch(() => {
      throw new AppError("CANCELLED", "DEADLINE", "interrupted");
    });
    test = await api.unary(notificationService.getNotification, { id: begun.id });
  }
  return test;
}

/** Why it is still here. */
async function causeOf({ api }: Call, test: Notification): Promise<string> {
  if (test.holdReason === HoldReason.ADDRESS_REFUSED) return holdReasonText(test);
  const { notifiers, mail } = await api.unary(statusService.getStatus, {}, "anybody");
  if (notifiers.length === 0) return "no notifier is connected: under ./bell up, systemd or Docker its log says why";
  if (mail?.isTaking === false) {
    const said = mail.detail === "" ? "" : `: ${mail.detail}`;
    return `the mail server takes no mail${said}; try it with the notifier's settings: ./bell mail check`;
  }
  return holdReasonText(test) || test.detail || "nobody knows why; ./bell status may tell";
}

function sentTexts({ attempts, createTime, endTime, detail }: Notification, email: string): readonly string[] {
  const took = tookText((endTime?.getTime() ?? 0) - (createTime?.getTime() ?? 0));
  const reply = attempts.at(-1)?.reply ?? "";
  return [
    `Handed to your mail server after ${took}. It said: ${reply === "" ? detail : reply}`,
    `Whether it reaches the inbox of ${email}, nobody here knows: look there, and among the spam.`,
  ];
}

function failedTexts(test: Notification, cause: string): readonly string[] {
  const more = `./bell notifications get ${test.id}`; // whole, for tests are in no list
  const name = enumName(NotificationState, test.state);
  if (cause === "") return [`${name}: ${test.detail}`, `Each attempt: ${more}`];
  return [`It is still here (${name}): ${cause}.`, `It goes on by itself. What becomes of it: ${more}`];
}
