import { AppError } from "../../domain/error.ts";
import { AdminServiceService as adminService, AdminUser } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import {
  CreateSetupCodeResponse,
  OperatorServiceService as operatorService,
} from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { User, UserServiceService as userService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import type { Call } from "../call.ts";
import { renderCount } from "../render/count.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { shortIds } from "../render/short-ids.ts";
import { renderTable, type Column } from "../render/table.ts";
import { renderShortTime, renderTime } from "../render/time.ts";
import { UsageError } from "../usage-error.ts";
import { IdFinder } from "./find-id.ts";
import { readPages, type Page } from "./pages.ts";

/** What `bell users list` takes. */
export interface UserListOptions {
  readonly find?: string;
  readonly addressRefused?: boolean;
  readonly all?: boolean;
}

const PAGE_SIZE = 50;
const LARGE_PAGE_SIZE = 1_000;
/** What stands for “as many as usual” in the contract. */
const USUAL = -1;
const COLUMNS: readonly Column[] = [
  { title: "ID" },
  { title: "EMAIL", wraps: true },
  { title: "SINCE", spare: true },
  { title: "ALERTS", align: "right" },
  { title: "OF", align: "right" },
  { title: "LOG-INS", align: "right" },
  { title: "LAST USED" },
  { title: "STATE", wraps: true },
];

/** `bell users list` */
export async function listUsers(
  { api, output, context }: Call,
  { find = "", addressRefused: isAddressRefused = false, all = false }: UserListOptions,
): Promise<void> {
  const { items, more } = await readPages(all, (pageToken) =>
    readUsers(api, { emailPart: find, pageSize: all ? LARGE_PAGE_SIZE : PAGE_SIZE, pageToken, isAddressRefused }),
  );
  output.show({ users: items.map((user) => jsonFromMessage(AdminUser, user)), more }, () => {
    if (items.length === 0) return noneText(find, isAddressRefused);
    return userTable(items, output.width, context.clock.now());
  });
  if (isAddressRefused && items.length > 0) output.note(REFUSED_MEND);
  if (more) output.note("There are more: ./bell users list --all");
}

/** `bell users suspend` */
export async function suspendUser({ api, output }: Call, who: string, note: string): Promise<void> {
  const user = await api.unary(adminService.suspendUser, { id: await userIdFrom(api, who), note });
  show(output, user, `${user.email} is suspended: no log-in counts, and no alert mail goes out.`);
}

/** `bell users resume` */
export async function resumeUser({ api, output }: Call, who: string): Promise<void> {
  const user = await api.unary(adminService.resumeUser, { id: await userIdFrom(api, who) });
  show(output, user, `${user.email} can log in again.`);
}

/** `bell users reset-password` */
export async function forcePasswordReset({ api, output }: Call, who: string): Promise<void> {
  const user = await api.unary(adminService.forcePasswordReset, { id: await userIdFrom(api, who) });
  show(output, user, `The password of ${user.email} counts no more; a code for another is on its way there.`);
}

/** `bell users limit` */
export async function setAlertLimit({ api, output }: Call, who: string, text: string): Promise<void> {
  if (text !== "usual" && !/^\d{1,6}$/.test(text)) {
    throw new UsageError(`"${text}" is no number of alerts; write it as 500, or usual`, "./bell users limit --help");
  }
  const alertLimit = text === "usual" ? USUAL : Number(text);
  const user = await api.unary(adminService.setAlertLimit, { id: await userIdFrom(api, who), alertLimit });
  show(output, user, `${user.email} may have ${renderCount(user.alertLimit, "alert")}.`);
}

/** `bell operators add` and `remove` */
export async function setOperator({ api, output }: Call, who: string, isOperator: boolean): Promise<void> {
  const user = await api.unary(adminService.setOperator, { id: await userIdFrom(api, who), isOperator });
  show(output, user, `${user.email} is ${isOperator ? "an operator" : "no operator any more"}.`);
}

/** `bell operators code` */
export async function createSetupCode({ api, output }: Call): Promise<void> {
  const response = await api.unary(operatorService.createSetupCode, {}, "anybody");
  output.show(jsonFromMessage(CreateSetupCodeResponse, response), () => response.code);
  output.note(
    `Whoever is logged in and types it becomes an operator: ./bell operators claim CODE. It works once, until ${renderTime(response.expireTime)}.`,
  );
}

/** `bell operators claim` */
export async function claimOperator({ api, output }: Call, code: string): Promise<void> {
  const user = await api.unary(userService.claimOperator, { code });
  output.show(jsonFromMessage(User, user), () => `${user.email} is an operator.`);
}

/** The user that an address, an id or the beginning of one names. Throws NOT_FOUND USER_NOT_FOUND. */
export async function userIdFrom(api: Call["api"], who: string): Promise<string> {
  if (!who.includes("@")) {
    const finder = new IdFinder("USER_NOT_FOUND", "./bell users list", (pageToken) =>
      readUsers(api, { emailPart: "", pageSize: LARGE_PAGE_SIZE, pageToken }),
    );
    return finder.idFrom(who);
  }
  const { items } = await readPages(true, (pageToken) =>
    readUsers(api, { emailPart: who, pageSize: LARGE_PAGE_SIZE, pageToken }),
  );
  const found = items.find(({ email }) => email.toLowerCase() === who.toLowerCase());
  if (found !== undefined) return found.id;
  throw new AppError("NOT_FOUND", "USER_NOT_FOUND", `nobody has the address ${who}`, { hint: "./bell users list" });
}

function noneText(find: string, isAddressRefused: boolean): string {
  if (find !== "") return `No address${isAddressRefused ? " that refuses mail" : ""} holds "${find}".`;
  return isAddressRefused ? "No address refuses mail." : "Nobody has an account yet.";
}

/** Nobody but the user can prove an address. */
const REFUSED_MEND =
  "Nothing goes there until its user proves the address anew: ./bell register with the same address, then ./bell verify.";

async function readUsers(
  api: Call["api"],
  request: { emailPart: string; pageSize: number; pageToken: string; isAddressRefused?: boolean },
): Promise<Page<AdminUser>> {
  const { users, nextPageToken } = await api.unary(adminService.listUsers, { isAddressRefused: false, ...request });
  return { items: users, nextPageToken };
}

function show(output: Call["output"], user: AdminUser, words: string): void {
  output.show(jsonFromMessage(AdminUser, user), () => words);
}

function userTable(users: readonly AdminUser[], width: number | null, now: number): string {
  const ids = shortIds(users.map(({ id }) => id));
  const rows = users.map((user, at) => [
    ids[at] ?? "",
    user.email,
    renderShortTime(user.createTime, now),
    String(user.alertCount),
    user.alertLimit.toLocaleString("en-US"),
    String(user.sessionCount),
    renderShortTime(user.lastUseTime, now),
    stateOf(user),
  ]);
  return renderTable(COLUMNS, rows, width);
}

function stateOf({ isOperator, suspendTime, isAddressRefused }: AdminUser): string {
  return [isOperator && "operator", suspendTime !== undefined && "suspended", isAddressRefused && "refuses mail"]
    .filter((word) => word !== false)
    .join(", ");
}
