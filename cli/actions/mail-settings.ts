import { Zone } from "../../domain/calendar/zone.ts";
import {
  DigestMode,
  MailSettings,
  User,
  UserServiceService as userService,
} from "../../proto/gen/tickerbell/v1/user_service.ts";
import type { Call } from "../call.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { wrapSentences } from "../render/wrapped-fields.ts";
import { UsageError } from "../usage-error.ts";
import { changedTexts, mailSettingsTexts } from "./mail-settings-text.ts";
import { parseSnooze } from "./parse-snooze.ts";

type Wish = "quiet_hours" | "digest" | "snooze_until_time";

const OFF = "off";
const CLOCK = /^\d?\d:\d\d$/;
const SPAN = /^(?:from )?(\d?\d:\d\d) ?(?:-|–|to|until) ?(\d?\d:\d\d)$/;

/** `bell mail settings` */
export async function showMailSettings({ api, output, context }: Call): Promise<void> {
  const user = await api.unary(userService.getCurrentUser, {});
  output.show(jsonFromMessage(User, user), () =>
    wrapSentences(mailSettingsTexts(user, context.clock.now()), output.width),
  );
}

/** `bell mail quiet-hours`: two times of day, or off. */
export async function setQuietHours(call: Call, words: readonly string[]): Promise<void> {
  const text = words.join(" ").toLowerCase();
  const [, from, until] = SPAN.exec(text) ?? [];
  if (text !== OFF && (from === undefined || until === undefined)) {
    throw new UsageError(`"${text}" are no hours; write them as 22:00-07:00, or off`, "./bell mail quiet-hours --help");
  }
  if (from !== undefined && from === until) {
    throw new UsageError(
      `"${text}" end when they begin; quiet hours leave some of the day`,
      "no mail at all for a while: ./bell mail snooze 7d",
    );
  }
  const quietHours = from === undefined || until === undefined ? undefined : { from, until };
  await change(call, "quiet_hours", { quietHours });
}

/** `bell mail digest`: a time of day, the close of the exchange, or off. */
export async function setDigest(call: Call, words: readonly string[]): Promise<void> {
  const text = words.join(" ").toLowerCase();
  await change(call, "digest", { digest: digestFrom(text.replace(/^(?:daily )?(?:at )?/, "")) });
}

function digestFrom(text: string): MailSettings["digest"] {
  if (text === OFF) return undefined;
  if (text === "close") return { mode: DigestMode.SESSION_CLOSE, at: "" };
  if (CLOCK.test(text)) return { mode: DigestMode.DAILY, at: text };
  throw new UsageError(
    `"${text}" is no time for a digest; write 08:00, close (of the exchange) or off`,
    "./bell mail digest --help",
  );
}

/** `bell mail snooze`: how long, until when, or off. */
export async function snooze(call: Call, words: readonly string[]): Promise<void> {
  const text = words.join(" ").replace(/^(?:until|for) /i, "");
  const { timeZone } = await call.api.unary(userService.getCurrentUser, {});
  const snoozeUntilTime =
    text.toLowerCase() === OFF ? undefined : parseSnooze(text, call.context.clock.now(), new Zone(timeZone));
  await change(call, "snooze_until_time", { snoozeUntilTime });
}

async function change({ api, output, context }: Call, wish: Wish, wishes: Partial<MailSettings>): Promise<void> {
  const user = User.fromPartial({ mailSettings: MailSettings.fromPartial(wishes) });
  const changed = await api.unary(userService.updateCurrentUser, { user, updateMask: [`mail_settings.${wish}`] });
  output.show(jsonFromMessage(User, changed), () =>
    wrapSentences(changedTexts(changed, context.clock.now()), output.width),
  );
}
