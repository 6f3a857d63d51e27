import { durationToProto } from "../../proto/convert/duration.ts";
import { AdminServiceService as adminService, AuditEntry } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import type { Call } from "../call.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { renderTable, type Column } from "../render/table.ts";
import { renderShortTime } from "../render/time.ts";
import { userIdFrom } from "./admin-user.ts";
import { readPages } from "./pages.ts";
import { parseDuration } from "./parse-time.ts";

/** What `bell audit` takes. */
export interface AuditOptions {
  readonly user?: string;
  readonly action?: string;
  readonly last?: string;
  readonly all?: boolean;
}

const PAGE_SIZE = 50;
const LARGE_PAGE_SIZE = 1_000;
const SHORT_ID = 8;
const URI = /^spiffe:\/\/tickerbell\//;
const COLUMNS: readonly Column[] = [
  { title: "TIME" },
  { title: "ACTION" },
  { title: "WHO", wraps: true },
  { title: "WITH", wraps: true, spare: true },
  { title: "FROM", spare: true },
  { title: "OBJECT", wraps: true },
  { title: "DETAIL", wraps: true },
];

/** `bell audit` */
export async function listAuditEntries({ api, output, context }: Call, options: AuditOptions): Promise<void> {
  const { action = "", all = false, last, user } = options;
  const request = {
    userId: user === undefined ? "" : await userIdFrom(api, user),
    action,
    last: last === undefined ? undefined : durationToProto(parseDuration("--last", last)),
    pageSize: all ? LARGE_PAGE_SIZE : PAGE_SIZE,
  };
  const { items, more } = await readPages(all, async (pageToken) => {
    const page = await api.unary(adminService.listAuditEntries, { ...request, pageToken });
    return { items: page.entries, nextPageToken: page.nextPageToken };
  });
  output.show({ entries: items.map((entry) => jsonFromMessage(AuditEntry, entry)), more }, () =>
    items.length === 0 ? "The audit has no such entry." : auditTable(items, output.width, context.clock.now()),
  );
  if (more) output.note("There are more: ./bell audit --all");
}

function auditTable(entries: readonly AuditEntry[], width: number | null, now: number): string {
  const rows = entries.map(({ time, action, peer, actorId, actorEmail, object, address, detail, count }) => [
    renderShortTime(time, now),
    action,
    actorEmail === "" ? actorId.slice(0, SHORT_ID) : actorEmail,
    peer.replace(URI, ""),
    address,
    object.length > SHORT_ID * 2 ? object.slice(0, SHORT_ID) : object,
    count > 1 ? `${detail} (${count} times)` : detail,
  ]);
  return renderTable(COLUMNS, rows, width);
}
