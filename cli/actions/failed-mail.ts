import {
  AdminServiceService as adminService,
  FailedMail,
  ListFailedMailsRequest,
} from "../../proto/gen/tickerbell/v1/admin_service.ts";
import { NotificationState } from "../../proto/gen/tickerbell/v1/notification.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { Call } from "../call.ts";
import { enumName } from "../render/enum-name.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { shortIds } from "../render/short-ids.ts";
import { renderTable, type Column } from "../render/table.ts";
import { renderShortTime } from "../render/time.ts";
import { UsageError } from "../usage-error.ts";
import { readPages } from "./pages.ts";

/** What `bell users failed-mails` takes. */
export interface FailedMailOptions {
  readonly state?: string;
  readonly all?: boolean;
}

const PAGE_SIZE = 50;
const LARGE_PAGE_SIZE = 1_000;
const STATES: ReadonlyMap<string, NotificationState> = new Map([
  ["dead", NotificationState.DEAD],
  ["unknown", NotificationState.UNKNOWN],
  ["expired", NotificationState.EXPIRED],
]);

const COLUMNS: readonly Column[] = [
  { title: "ID" },
  { title: "ENDED", wraps: true },
  { title: "USER ID" },
  { title: "TO", wraps: true },
  { title: "STATE" },
  { title: "WHY", wraps: true },
  { title: "THE MAIL SERVER'S WORDS", wraps: true },
];

const MEND = `Why it fails: ./bell mail check, where the notifier's settings are. Addresses that refuse mail: ./bell users list --address-refused
Only the user can have it tried again; tell them to type ./bell notifications resend ID`;

/** `bell users failed-mails` */
export async function listFailedMails(
  { api, output, context }: Call,
  { state: text, all = false }: FailedMailOptions,
): Promise<void> {
  const state = stateFrom(text);
  const pageSize = all ? LARGE_PAGE_SIZE : PAGE_SIZE;
  const { items, more } = await readPages(all, async (pageToken) => {
    const request = ListFailedMailsRequest.fromPartial({ pageSize, pageToken, state });
    const page = await api.unary(adminService.listFailedMails, request);
    return { items: page.mails, nextPageToken: page.nextPageToken };
  });
  output.show({ mails: items.map((mail) => jsonFromMessage(FailedMail, mail)), more }, () =>
    items.length === 0 ? noneText(text) : failedMailTable(items, output.width, context.clock.now()),
  );
  if (items.length > 0) output.note(MEND);
  if (more) output.note("There are more: ./bell users failed-mails --all");
}

function stateFrom(text: string | undefined): NotificationState {
  if (text === undefined) return NotificationState.UNSPECIFIED;
  const state = STATES.get(text.toLowerCase());
  if (state !== undefined) return state;
  throw new UsageError(`--state: "${text}" is not one of dead, unknown, expired`, "./bell users failed-mails --help");
}

function noneText(state: string | undefined): string {
  return state === undefined ? "No mail has failed." : `No mail has ended as ${state.toUpperCase()}.`;
}

function failedMailTable(mails: readonly FailedMail[], width: number | null, now: TimeMs): string {
  const ids = shortIds(mails.map(({ notificationId }) => notificationId));
  const userIds = shortIds(mails.map(({ userId }) => userId));
  const rows = mails.map(({ endTime, maskedAddress, state, detail, reply }, at) => [
    ids[at] ?? "",
    renderShortTime(endTime, now),
    userIds[at] || "-",
    maskedAddress,
    enumName(NotificationState, state),
    detail === "" ? "-" : detail,
    reply === "" ? "-" : reply,
  ]);
  return renderTable(COLUMNS, rows, width);
}
