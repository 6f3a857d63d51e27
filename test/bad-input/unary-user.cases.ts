import { AlertServiceService as alerts } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { UserServiceService as users } from "../../proto/gen/tickerbell/v1/user_service.ts";
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

/** Who may not call, cannot register or does not get in. */
export const USER_CASES: readonly BadCase<UnaryCall>[] = [...ACCESS, ...USERS];
