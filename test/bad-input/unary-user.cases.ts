import { AlertServiceService as alerts } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { User, UserServiceService as users } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { badCases, invalid, type BadCase } from "./bad-case.ts";
import type { UnaryCall } from "./unary-world.ts";

const ACCESS: readonly BadCase<UnaryCall>[] = [
  {
    name: "who is not logged in, before anything is read",
    given: (world) => world.ask(alerts.getAlert, { id: "a b" }, {}),
    code: "UNAUTHENTICATED",
    reason: "NOT_LOGGED_IN",
  },
  {
    name: "a token of garbage",
    given: (world) => world.ask(users.getCurrentUser, {}, { token: "garbage" }),
    code: "UNAUTHENTICATED",
    reason: "NOT_LOGGED_IN",
  },
  {
    name: "a refresh token in an access token's place",
    given: (world) => world.ask(users.getCurrentUser, {}, { token: world.ann.refreshToken }),
    code: "UNAUTHENTICATED",
    reason: "NOT_LOGGED_IN",
  },
  {
    name: "a fetcher with a user's token",
    given: (world) => world.ask(alerts.getAlert, { id: "a b" }, { role: "fetcher", token: world.ann.token }),
    code: "PERMISSION_DENIED",
    reason: "ROLE_NOT_ALLOWED",
  },
  {
    name: "a method that is none",
    given: (world) => world.sendBytes("/tickerbell.v1.AlertService/DropAlerts", Buffer.alloc(0)),
    code: "INTERNAL", // UNIMPLEMENTED on the wire
    reason: "INTERNAL_ERROR",
  },
];

const ADDRESS = { email: "eve@example.com", password: "four unrelated words" };
const PASSWORDS: Readonly<Record<string, string>> = {
  "a password of 7 characters": "sevenn7",
  "a password of 129 characters": "x".repeat(129),
  "a password of 100,000 characters": "x".repeat(100_000),
  "no password": "",
  "a password with NUL": "eight wo\u0000rds",
  "a password that was no text": "eight \ufffd words",
  "a password with a line break": "eight words\n",
  "a password of the common ones": "Password123",
  "a password that is the address": ADDRESS.email.toUpperCase(),
  "a password that is the project": "tickerbell",
  "a password that is the project and a year": "TickerBell-2026!",
  "a password that is the address's name and a number": "eve@example.com1",
  "a password that is the address's host": "example.com",
  "a password of 4 letters with their marks apart": "a\u0308o\u0308u\u0308e\u0308",
  "a password of the less common ones": "charlotte",
};

const USERS: readonly BadCase<UnaryCall>[] = [
  ...badCases(
    PASSWORDS,
    (password): UnaryCall =>
      (world) =>
        world.ask(users.registerUser, { ...ADDRESS, password, timeZone: "" }),
    invalid("PASSWORD_WEAK", "password"),
  ),
  {
    name: "a registration with everything wrong, all of it named",
    given: (world) => world.ask(users.registerUser, { email: "a@b, c@d", password: "x", timeZone: "" }),
    ...invalid("EMAIL_FORMAT", "email", "password"),
  },
  {
    name: "a code that is none",
    given: (world) => world.ask(users.verifyUser, { code: "'; DROP TABLE users" }),
    ...invalid("CODE_WRONG", "code"),
  },
  { name: "no code", given: (world) => world.ask(users.verifyUser, { code: "" }), ...invalid("CODE_WRONG", "code") },
  {
    name: "a code of 100,000 letters",
    given: (world) => world.ask(users.verifyUser, { code: "0".repeat(100_000) }),
    ...invalid("CODE_WRONG", "code"),
  },
  {
    name: "a wrong password",
    given: (world) => world.ask(users.logIn, { email: world.ann.email, password: "not the words" }),
    code: "UNAUTHENTICATED",
    reason: "LOGIN_FAILED",
  },
  {
    name: "an address of nobody, in the same words",
    given: (world) => world.ask(users.logIn, { email: "nobody@example.com", password: "not the words" }),
    code: "UNAUTHENTICATED",
    reason: "LOGIN_FAILED",
    says: ["address and password do not belong together"],
  },
  {
    name: "an address that is SQL",
    given: (world) => world.ask(users.logIn, { email: "' OR ''='", password: "' OR ''='" }),
    code: "UNAUTHENTICATED",
    reason: "LOGIN_FAILED",
  },
  {
    name: "a log-in with a password of 100,000 characters",
    given: (world) => world.ask(users.logIn, { email: world.ann.email, password: "x".repeat(100_000) }),
    code: "UNAUTHENTICATED",
    reason: "LOGIN_FAILED",
  },
  {
    name: "a refresh token of garbage",
    given: (world) => world.ask(users.refreshSession, { refreshToken: "garbage" }),
    code: "UNAUTHENTICATED",
    reason: "SESSION_ENDED",
  },
  {
    name: "an access token in a refresh token's place",
    given: (world) => world.ask(users.refreshSession, { refreshToken: world.ann.token }),
    code: "UNAUTHENTICATED",
    reason: "SESSION_ENDED",
  },
];

const ZONES: Readonly<Record<string, string>> = {
  "a zone that is none": "Mars/Olympus",
  "a zone with a slip": "Europe/Berln",
  "an offset for a zone": "+02:00",
  "a zone with a header of its own": "Europe/Berlin\r\nBcc: eve@example.net",
  "a zone with NUL": "Europe/Berlin\u0000",
  "a zone that is a path": "../../etc/localtime",
  "a zone that is a template": "{{7*7}}",
  "a zone of 100,000 characters": "x".repeat(100_000),
};

const CODES: Readonly<Record<string, string>> = {
  "no code": "",
  "a code of garbage": "'; DROP TABLE users",
  "a code of nobody's": "17A6246VT0GF9VTPYNTWK24T6K",
  "a code of 100,000 letters": "0".repeat(100_000),
  "a code that was no text": "\ufffd\u0000",
};

const wrongPassword = { code: "PERMISSION_DENIED", reason: "PASSWORD_WRONG" } as const;
const WORDS = "five unrelated words";

const CHANGES: readonly BadCase<UnaryCall>[] = [
  ...badCases(
    ZONES,
    (timeZone): UnaryCall =>
      (world) =>
        world.ask(users.registerUser, { ...ADDRESS, timeZone }),
    invalid("TIME_ZONE", "time_zone"),
  ),
  ...badCases(
    ZONES,
    (timeZone): UnaryCall =>
      (world) =>
        world.ask(users.updateCurrentUser, { user: User.fromPartial({ timeZone }), updateMask: ["time_zone"] }),
    invalid("TIME_ZONE", "user.time_zone"),
  ).map((one) => ({ ...one, name: `${one.name}, of a user` })),
  ...badCases(
    { "a user's id to change": ["id"], "a user's address to change": ["time_zone", "email"], "nothing to change": [] },
    (updateMask): UnaryCall =>
      (world) =>
        world.ask(users.updateCurrentUser, { user: User.fromPartial({ timeZone: "UTC" }), updateMask }),
    invalid("UPDATE_MASK", "update_mask"),
  ),
  ...badCases(
    PASSWORDS,
    (newPassword): UnaryCall =>
      (world) =>
        world.ask(users.changePassword, {
          currentPassword: world.ann.password,
          newPassword: ofAnn(newPassword, world),
        }),
    invalid("PASSWORD_WEAK", "new_password"),
  ).map((one) => ({ ...one, name: `${one.name}, in another's place` })),
  ...badCases(
    {
      "no current password": "",
      "a wrong current password": WORDS,
      "a current password of 100,000": "x".repeat(100_000),
    },
    (currentPassword): UnaryCall =>
      (world) =>
        world.ask(users.changePassword, { currentPassword, newPassword: WORDS }),
    wrongPassword,
  ),
  ...badCases(
    { "a deletion without the password": "", "a deletion with a wrong password": WORDS },
    (password): UnaryCall =>
      (world) =>
        world.ask(users.deleteCurrentUser, { password }),
    wrongPassword,
  ),
  ...badCases(
    CODES,
    (code): UnaryCall =>
      (world) =>
        world.ask(users.resetPassword, { code, newPassword: WORDS }),
    invalid("CODE_WRONG", "code"),
  ).map((one) => ({ ...one, name: `${one.name}, for another password` })),
  ...badCases(
    CODES,
    (code): UnaryCall =>
      (world) =>
        world.ask(users.claimOperator, { code }),
    invalid("CODE_WRONG", "code"),
  ).map((one) => ({ ...one, name: `${one.name}, for an operator` })),
  {
    name: "another password with everything wrong, all of it named",
    given: (world) => world.ask(users.resetPassword, { code: "wrong", newPassword: "x" }),
    ...invalid("CODE_WRONG", "code", "new_password"),
  },
  ...badCases(
    { "no address for another password": "", "two addresses for another password": "a@b.co,c@d.co" },
    (email): UnaryCall =>
      (world) =>
        world.ask(users.requestPasswordReset, { email }),
    invalid("EMAIL_FORMAT", "email"),
  ),
];

/** The cases are about Eve's address; here it is Ann's that counts. */
function ofAnn(password: string, { ann }: { readonly ann: { readonly email: string } }): string {
  return password.toLowerCase().startsWith("eve@") ? ann.email : password;
}

/** Who may not call, cannot register or does not get in. */
export const USER_CASES: readonly BadCase<UnaryCall>[] = [...ACCESS, ...USERS, ...CHANGES];
