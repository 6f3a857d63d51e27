// What is sent to the services that look after sessions, access tokens and other people's accounts.
import {
  AccessTokenServiceService as tokens,
  CreateAccessTokenRequest,
} from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import { AdminServiceService as admin, ListAuditEntriesRequest } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import { SessionServiceService as sessions } from "../../proto/gen/tickerbell/v1/session_service.ts";
import { badCases, invalid, type BadCase } from "./bad-case.ts";
import { timeBytes } from "./time-bytes.ts";
import { BAD_IDS, RANDOM_ID } from "./unary-reading.cases.ts";
import type { UnaryCall, UnaryWorld } from "./unary-world.ts";

const asOperator = ({ operator }: UnaryWorld): { token: string } => ({ token: operator.token });

/** Every way in which an id is none, for a call about one; `absent` is the refusal of a good one that is nobody's. */
function idCases(
  about: string,
  ask: (world: UnaryWorld, id: string) => Promise<unknown>,
  absent: BadCase<unknown>["reason"],
): BadCase<UnaryCall>[] {
  const given = (id: string): UnaryCall => {
    return (world) => ask(world, id);
  };
  const cases: BadCase<UnaryCall>[] = [
    ...badCases(BAD_IDS, given, invalid("FIELD_INVALID", "id")),
    { name: "no id", given: given(""), ...invalid("FIELD_REQUIRED", "id") },
    { name: "an id of nothing", given: given(RANDOM_ID), code: "NOT_FOUND", reason: absent },
  ];
  return cases.map((one) => ({ ...one, name: `${one.name}, ${about}` }));
}

const IDS: readonly BadCase<UnaryCall>[] = [
  ...idCases("of a session", (world, id) => world.ask(sessions.revokeSession, { id }), "SESSION_NOT_FOUND"),
  ...idCases(
    "of an access token",
    (world, id) => world.ask(tokens.revokeAccessToken, { id }),
    "ACCESS_TOKEN_NOT_FOUND",
  ),
  ...idCases(
    "of a user to suspend",
    (world, id) => world.ask(admin.suspendUser, { id, note: "" }, asOperator(world)),
    "USER_NOT_FOUND",
  ),
  ...idCases(
    "of a user to let in again",
    (world, id) => world.ask(admin.resumeUser, { id }, asOperator(world)),
    "USER_NOT_FOUND",
  ),
  ...idCases(
    "of a user whose password is to end",
    (world, id) => world.ask(admin.forcePasswordReset, { id }, asOperator(world)),
    "USER_NOT_FOUND",
  ),
  ...idCases(
    "of a user to limit",
    (world, id) => world.ask(admin.setAlertLimit, { id, alertLimit: 5 }, asOperator(world)),
    "USER_NOT_FOUND",
  ),
  ...idCases(
    "of a user to make an operator",
    (world, id) => world.ask(admin.setOperator, { id, isOperator: true }, asOperator(world)),
    "USER_NOT_FOUND",
  ),
];

const NAMES: Readonly<Record<string, string>> = {
  "a name of 101 characters": "x".repeat(101),
  "a name of 100,000 characters": "x".repeat(100_000),
  "a name of two lines": "one\ntwo",
  "a name with a header": "script\r\nBcc: eve@example.net",
  "a name with NUL": "a\u0000b",
  "a name with the codes of a terminal": "\u001b[31mred",
  "a name that turns the writing direction": "\u202egnp.exe",
  "a name with a line separator": "one\u2028two",
  "a name that nobody sees": "\u200b",
  "a name that was no text": "\ufffd",
};

const ENDS: Readonly<Record<string, number>> = {
  "an end at the beginning of time": 0,
  "an end before any exchange": -1e14,
  "an end of a second ago": Date.now() - 1_000,
  "an end in two years": Date.now() + 2 * 365 * 86_400_000,
  "an end in the year 10,000": 253_402_300_800_000,
};

const createToken = (world: UnaryWorld, request: Parameters<typeof CreateAccessTokenRequest.fromPartial>[0]) =>
  world.ask(tokens.createAccessToken, CreateAccessTokenRequest.fromPartial(request));

const TOKENS: readonly BadCase<UnaryCall>[] = [
  ...badCases(
    NAMES,
    (name): UnaryCall =>
      (world) =>
        createToken(world, { name }),
    invalid("FIELD_INVALID", "name"),
  ),
  ...badCases(
    { "no name": "", "a name of blanks": " \t " },
    (name): UnaryCall =>
      (world) =>
        createToken(world, { name }),
    invalid("FIELD_REQUIRED", "name"),
  ),
  ...badCases(
    ENDS,
    (endMs): UnaryCall =>
      (world) =>
        createToken(world, { name: "script", expireTime: new Date(endMs) }),
    invalid("FIELD_INVALID", "expire_time"),
  ),
  {
    name: "an end in a second that no calendar of ours reaches",
    given: (world) => world.sendBytes(tokens.createAccessToken.path, timeBytes("script", 0x12, 1e15)),
    ...invalid("FIELD_INVALID", "expire_time"),
  },
  {
    name: "an access token with everything wrong, all of it named",
    given: (world) => createToken(world, { name: "", expireTime: new Date(0) }),
    ...invalid("FIELD_REQUIRED", "name", "expire_time"),
  },
];

const NOTES: Readonly<Record<string, string>> = {
  "a reason of 201 characters": "x".repeat(201),
  "a reason of 100,000 characters": "x".repeat(100_000),
  "a reason of two lines": "one\ntwo",
  "a reason with NUL": "a\u0000b",
  "a reason with the codes of a terminal": "\u001b[2J",
  "a reason with a paragraph separator": "one\u2029two",
};

const LIMITS: Readonly<Record<string, number>> = {
  "a limit of -2": -2,
  "a limit of 100,001": 100_001,
  "the largest limit there is": 2 ** 31 - 1,
  "the smallest limit there is": -(2 ** 31),
};

const ADMIN: readonly BadCase<UnaryCall>[] = [
  ...badCases(
    NOTES,
    (note): UnaryCall =>
      (world) =>
        world.ask(admin.suspendUser, { id: world.bob.userId, note }, asOperator(world)),
    invalid("FIELD_INVALID", "note"),
  ),
  ...badCases(
    LIMITS,
    (alertLimit): UnaryCall =>
      (world) =>
        world.ask(admin.setAlertLimit, { id: world.bob.userId, alertLimit }, asOperator(world)),
    invalid("FIELD_INVALID", "alert_limit"),
  ),
  {
    name: "a suspension of oneself",
    given: (world) => world.ask(admin.suspendUser, { id: world.operator.userId, note: "" }, asOperator(world)),
    code: "FAILED_PRECONDITION",
    reason: "STATE_CONFLICT",
  },
  {
    name: "the end of a suspension that never was",
    given: (world) => world.ask(admin.resumeUser, { id: world.bob.userId }, asOperator(world)),
    code: "FAILED_PRECONDITION",
    reason: "STATE_CONFLICT",
  },
  {
    name: "the last operator who is to be none",
    given: (world) => world.ask(admin.setOperator, { id: world.operator.userId, isOperator: false }, asOperator(world)),
    code: "FAILED_PRECONDITION",
    reason: "STATE_CONFLICT",
  },
  {
    name: "who is no operator, before anything is read",
    given: (world) => world.ask(admin.suspendUser, { id: "a b", note: "\n" }),
    code: "PERMISSION_DENIED",
    reason: "OPERATOR_REQUIRED",
  },
];

const listUsers = (world: UnaryWorld, request: { pageSize?: number; pageToken?: string; emailPart?: string }) =>
  world.ask(
    admin.listUsers,
    { pageSize: 1, pageToken: "", emailPart: "", ...request, isAddressRefused: false },
    asOperator(world),
  );
const listAudit = (world: UnaryWorld, request: Parameters<typeof ListAuditEntriesRequest.fromPartial>[0]) =>
  world.ask(admin.listAuditEntries, ListAuditEntriesRequest.fromPartial(request), asOperator(world));

const PAGE_TOKENS: Readonly<Record<string, string>> = {
  "a page token of garbage": "garbage",
  "a page token of bytes": "\u0000\u0001\u0002",
  "a page token of a number": "MQ",
  "a page token of SQL": "' OR 1=1 --",
  "a page token of 100,000 characters": "A".repeat(100_000),
};

const ACTIONS: Readonly<Record<string, string>> = {
  "an action that is none": "log_on",
  "an action in upper case": "LOG_IN",
  "an action with a blank": "log_in ",
  "an action in SQL": "' OR 1=1 --",
  "an action of the prototype": "__proto__",
  "an action of 100,000 characters": "x".repeat(100_000),
};

const SPANS = {
  "a span of nothing": { seconds: 0, nanos: 0 },
  "a negative span": { seconds: -60, nanos: 0 },
  "a span with two signs": { seconds: 61, nanos: -999_999_999 },
  "a span of a second of nanoseconds": { seconds: 1, nanos: 1_000_000_000 },
  "a span of more than 10,000 years": { seconds: 315_576_000_001, nanos: 0 },
};

const LISTS: readonly BadCase<UnaryCall>[] = [
  ...badCases(
    PAGE_TOKENS,
    (pageToken): UnaryCall =>
      (world) =>
        listUsers(world, { pageToken }),
    invalid("PAGE_TOKEN", "page_token"),
  ).map((one) => ({ ...one, name: `${one.name}, of users` })),
  ...badCases(
    PAGE_TOKENS,
    (pageToken): UnaryCall =>
      (world) =>
        listAudit(world, { pageToken }),
    invalid("PAGE_TOKEN", "page_token"),
  ).map((one) => ({ ...one, name: `${one.name}, of the audit` })),
  {
    name: "a page token of users with another search",
    given: async (world) =>
      listUsers(world, { emailPart: "user", pageToken: (await listUsers(world, {})).nextPageToken }),
    ...invalid("PAGE_TOKEN", "page_token"),
  },
  {
    name: "a page token of the audit for users",
    given: async (world) => listUsers(world, { pageToken: (await listAudit(world, { pageSize: 1 })).nextPageToken }),
    ...invalid("PAGE_TOKEN", "page_token"),
  },
  {
    name: "a list of users with everything wrong, all of it named",
    given: (world) => listUsers(world, { pageSize: -1, pageToken: "x", emailPart: "x".repeat(255) }),
    ...invalid("PAGE_TOKEN", "page_size", "page_token", "email_part"),
  },
  ...badCases(
    ACTIONS,
    (action): UnaryCall =>
      (world) =>
        listAudit(world, { action }),
    invalid("FIELD_INVALID", "action"),
  ),
  ...badCases(
    SPANS,
    (last): UnaryCall =>
      (world) =>
        listAudit(world, { last }),
    invalid("FIELD_INVALID", "last"),
  ),
  ...badCases(
    BAD_IDS,
    (userId): UnaryCall =>
      (world) =>
        listAudit(world, { userId }),
    invalid("FIELD_INVALID", "user_id"),
  ).map((one) => ({ ...one, name: `${one.name}, of a user in the audit` })),
];

/** Sessions, access tokens and what operators do, as they cannot be asked for. */
export const PEOPLE_CASES: readonly BadCase<UnaryCall>[] = [...IDS, ...TOKENS, ...ADMIN, ...LISTS];
