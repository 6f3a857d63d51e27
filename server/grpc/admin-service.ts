// What operators do with other people's accounts: the last step before the store, for callers that the access table has let in.
import { AUDIT_ACTIONS } from "../../domain/audit.ts";
import { MAX_ADDRESS_LENGTH } from "../../domain/email-address.ts";
import { AppError } from "../../domain/error.ts";
import { FieldProblems } from "../../domain/field-problems.ts";
import { isOneLine } from "../../domain/one-line.ts";
import { durationFromProto } from "../../proto/convert/duration.ts";
import type {
  AdminServiceServer,
  AdminUser,
  AuditEntry as AuditEntryMessage,
  ListAuditEntriesRequest,
  ListAuditEntriesResponse,
  ListUsersRequest,
  ListUsersResponse,
  SetAlertLimitRequest,
  SuspendUserRequest,
} from "../../proto/gen/tickerbell/v1/admin_service.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { AccountView, AdminStore } from "../admin-store.ts";
import type { NotificationStore } from "../notification-store.ts";
import { ALERTS_PER_USER } from "../alert-limit.ts";
import type { AuditEntry, AuditStore } from "../audit-store.ts";
import { newCode } from "../code.ts";
import { answer } from "./answer.ts";
import { userOf, type Caller } from "./caller.ts";
import { idFrom } from "./id.ts";
import { listFailedMails } from "./failed-mails.ts";
import { pageSize, pageToken, placeFromToken, placeToken, positionFromToken } from "./paging.ts";

const PAGE = { usual: 100, most: 1_000 };
const MAX_NOTE_LENGTH = 200;
const MAX_ALERTS = 100_000;
/** What stands for “as many as usual”. */
const USUAL = -1;

export interface AdminServiceDeps {
  readonly admin: AdminStore;
  readonly audit: AuditStore;
  /** Looks for mail that can go. */
  readonly wake: () => void;
  /** Somebody's sessions and tokens have ended: open streams of theirs end, too. */
  readonly onShutOut: () => void;
  readonly notifications: Pick<NotificationStore, "listFailedMails">;
  readonly clock: Clock;
  readonly log: Log;
}

/** AdminService: see users, suspend them, make them choose another password, set their limits, read the audit. */
export function adminService(deps: AdminServiceDeps): AdminServiceServer {
  const { admin, clock, log, onShutOut, wake } = deps;
  return {
    listUsers: answer((request) => listUsers(admin, request), log),
    suspendUser: answer(async (request, caller) => {
      const id = suspendedFrom(request);
      assertOther(caller, id);
      const account = await admin.suspendAccount(id);
      onShutOut();
      return accountToProto(account);
    }, log),
    resumeUser: answer(async ({ id }) => {
      const account = await admin.resumeAccount(idFrom(id));
      wake();
      return accountToProto(account);
    }, log),
    forcePasswordReset: answer(async ({ id }) => {
      const account = await admin.forcePasswordReset(idFrom(id), newCode(clock.now()));
      onShutOut();
      wake();
      return accountToProto(account);
    }, log),
    setAlertLimit: answer((request) => setAlertLimit(admin, request), log),
    setOperator: answer(
      async ({ id, isOperator }) => accountToProto(await admin.setOperator(idFrom(id), isOperator)),
      log,
    ),
    listFailedMails: answer((request) => listFailedMails(deps.notifications, request), log),
    listAuditEntries: answer((request) => listAuditEntries(deps, request), log),
  };
}

async function listUsers(admin: AdminStore, request: ListUsersRequest): Promise<ListUsersResponse> {
  const problems = new FieldProblems();
  const { emailPart, isAddressRefused } = request;
  const query = [emailPart, Number(isAddressRefused)] as const;
  const after = problems.read("page_token", null, () => placeFromToken(request.pageToken, ...query));
  const limit = problems.read("page_size", PAGE.usual, () => pageSize(request.pageSize, PAGE));
  problems.read("email_part", undefined, () => checkLength("email_part", emailPart, MAX_ADDRESS_LENGTH));
  problems.check();
  const { rows, next } = await admin.listAccounts({ emailPart, isAddressRefused, after, limit });
  return { users: rows.map(accountToProto), nextPageToken: placeToken(next, ...query) };
}

/** Whom to suspend. */
function suspendedFrom({ id, note }: SuspendUserRequest): string {
  const problems = new FieldProblems();
  const userId = problems.read("id", "", () => idFrom(id));
  problems.read("note", undefined, () => checkNote(note));
  problems.check();
  return userId;
}

async function setAlertLimit(admin: AdminStore, { id, alertLimit }: SetAlertLimitRequest): Promise<AdminUser> {
  const problems = new FieldProblems();
  const userId = problems.read("id", "", () => idFrom(id));
  const limit = problems.read("alert_limit", null, () => limitFrom(alertLimit));
  problems.check();
  return accountToProto(await admin.setAlertLimit(userId, limit));
}

/** Null: as many as usual. */
function limitFrom(alertLimit: number): number | null {
  if (alertLimit >= 0 && alertLimit <= MAX_ALERTS) return alertLimit;
  if (alertLimit === USUAL) return null;
  const words = `must be from 0 to ${MAX_ALERTS}, or ${USUAL} for as many as usual`;
  throw AppError.invalidField("alert_limit", "FIELD_INVALID", words);
}

async function listAuditEntries(
  { audit, clock }: AdminServiceDeps,
  request: ListAuditEntriesRequest,
): Promise<ListAuditEntriesResponse> {
  const problems = new FieldProblems();
  const { action } = request;
  const userId = request.userId === "" ? null : problems.read("user_id", null, () => idFrom(request.userId));
  problems.read("action", undefined, () => checkAction(action));
  const lastMs = problems.read("last", null, () => lastFrom(request));
  const which = [request.userId, action, lastMs];
  const before = problems.read("page_token", null, () => positionFromToken(request.pageToken, ...which));
  const limit = problems.read("page_size", PAGE.usual, () => pageSize(request.pageSize, PAGE));
  problems.check();
  const sinceMs = lastMs === null ? null : clock.now() - lastMs;
  const page = await audit.listEntries({ userId, action: action === "" ? null : action, sinceMs, before, limit });
  return { entries: page.rows.map(entryToProto), nextPageToken: pageToken(page.next, ...which) };
}

function lastFrom({ last }: ListAuditEntriesRequest): number | null {
  if (last === undefined) return null;
  const lastMs = durationFromProto(last);
  if (lastMs > 0) return lastMs;
  throw AppError.invalidField("last", "FIELD_INVALID", "must be a time of more than nothing");
}

function checkAction(action: string): void {
  if (action === "" || (AUDIT_ACTIONS as readonly string[]).includes(action)) return;
  throw AppError.invalidField("action", "FIELD_INVALID", `is none of ${AUDIT_ACTIONS.join(", ")}`);
}

function checkNote(note: string): void {
  checkLength("note", note, MAX_NOTE_LENGTH);
  if (!isOneLine(note)) throw AppError.invalidField("note", "FIELD_INVALID", "must be on one line");
}

function checkLength(field: string, text: string, most: number): void {
  if (text.length > most) throw AppError.invalidField(field, "FIELD_INVALID", `must have at most ${most} characters`);
}

/** An operator who is shut out lets nobody in again. */
function assertOther(caller: Caller, id: string): void {
  if (userOf(caller).id !== id) return;
  throw new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", "you cannot suspend yourself", {
    hint: "Another operator can.",
  });
}

function accountToProto(account: AccountView): AdminUser {
  return {
    id: account.id,
    email: account.email,
    createTime: new Date(account.createTimeMs),
    isOperator: account.isOperator,
    suspendTime: account.suspendTimeMs === null ? undefined : new Date(account.suspendTimeMs),
    alertLimit: account.alertLimit ?? ALERTS_PER_USER,
    alertCount: account.alertCount,
    sessionCount: account.sessionCount,
    lastUseTime: account.lastUseTimeMs === null ? undefined : new Date(account.lastUseTimeMs),
    isAddressRefused: account.isAddressRefused,
  };
}

function entryToProto({ timeMs, ...entry }: AuditEntry): AuditEntryMessage {
  return { ...entry, time: new Date(timeMs) };
}
