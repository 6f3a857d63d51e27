import { expect } from "chai";
import type { Metadata } from "@grpc/grpc-js";
import { status, type Client, type ServiceDefinition } from "@grpc/grpc-js";
import { ROLES, type Role } from "../../domain/role.ts";
import { errorFromStatus } from "../../proto/convert/error.ts";
import { quoteToProto } from "../../proto/convert/quote.ts";
import { AccessTokenServiceService } from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import { AdminServiceService } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import { AlertServiceService } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { NotificationServiceService } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { OperatorServiceService } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { QuoteServiceClient, QuoteServiceService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { SessionServiceService } from "../../proto/gen/tickerbell/v1/session_service.ts";
import { StatusServiceService } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { SymbolServiceService } from "../../proto/gen/tickerbell/v1/symbol_service.ts";
import { LogInRequest, UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { exampleTick } from "../../test/examples.ts";
import { bearer, startTestServer, type SignedUp, type TestServer } from "../../test/support/test-server.ts";
import { accessRule } from "./access.ts";

const HEALTH = ["Check", "Watch", "List"].map((name) => `/grpc.health.v1.Health/${name}`);
const REFLECTION = ["v1", "v1alpha"].map((name) => `/grpc.reflection.${name}.ServerReflection/ServerReflectionInfo`);
const SERVICES: readonly ServiceDefinition[] = [
  QuoteServiceService,
  AlertServiceService,
  NotificationServiceService,
  StatusServiceService,
  SymbolServiceService,
  UserServiceService,
  SessionServiceService,
  AccessTokenServiceService,
  AdminServiceService,
  OperatorServiceService,
];
const METHODS = [
  ...SERVICES.flatMap((service) => Object.values(service).map(({ path }) => path)),
  ...HEALTH,
  ...REFLECTION,
];

/** What a call comes to: let in, the role refused, or a user, a log-in or an operator wanted. */
type Verdict = "in" | "role" | "user" | "session" | "operator";

/** What a call brings besides its certificate: no user, a script's token, a log-in, or an operator's. */
const BROUGHT = [
  "nothing",
  "a script's token",
  "a log-in",
  "an operator's script's token",
  "an operator's log-in",
] as const;
type Brought = (typeof BROUGHT)[number];

// Who may call what, by hand: "-" nobody, "r" the role alone, "u" the role with a user, "s" with a user's log-in, "o" with the log-in of a user
// who is an operator.
//                                    server fetcher notifier gateway cli operator
const TABLE: Readonly<Record<string, string>> = {
  "QuoteService/StreamQuotes": "          -      r      -       -      -      -",
  "QuoteService/GetQuote": "              -      -      -       r      r      r",
  "QuoteService/ListQuotes": "            -      -      -       r      r      r",
  "QuoteService/ListCandles": "           -      -      -       r      r      r",
  "QuoteService/WatchQuotes": "           -      -      -       r      r      r",
  "AlertService/CreateAlert": "           -      -      -       u      u      u",
  "AlertService/GetAlert": "              -      -      -       u      u      u",
  "AlertService/ListAlerts": "            -      -      -       u      u      u",
  "AlertService/UpdateAlert": "           -      -      -       u      u      u",
  "AlertService/DeleteAlert": "           -      -      -       u      u      u",
  "AlertService/BatchDeleteAlerts": "     -      -      -       u      u      u",
  "AlertService/PauseAlert": "            -      -      -       u      u      u",
  "AlertService/ResumeAlert": "           -      -      -       u      u      u",
  "AlertService/PreviewAlert": "          -      -      -       u      u      u",
  "AlertService/ExplainAlert": "          -      -      -       u      u      u",
  "AlertService/WatchTriggers": "         -      -      -       u      u      u",
  "NotificationService/ListNotifications": "- -   -       u      u      u",
  "NotificationService/GetNotification": "-   -   -       u      u      u",
  "NotificationService/Deliver": "        -      -      r       -      -      -",
  "StatusService/GetStatus": "            -      -      -       r      r      r",
  "UserService/RegisterUser": "           -      -      -       r      r      r",
  "UserService/VerifyUser": "             -      -      -       r      r      r",
  "UserService/GetCurrentUser": "         -      -      -       u      u      u",
  "UserService/UpdateCurrentUser": "      -      -      -       s      s      s",
  "UserService/ChangePassword": "         -      -      -       s      s      s",
  "UserService/RequestPasswordReset": "   -      -      -       r      r      r",
  "UserService/ResetPassword": "          -      -      -       r      r      r",
  "UserService/ExportCurrentUser": "      -      -      -       s      s      s",
  "UserService/DeleteCurrentUser": "      -      -      -       s      s      s",
  "UserService/ClaimOperator": "          -      -      -       s      s      s",
  "UserService/LogIn": "                  -      -      -       r      r      r",
  "UserService/RefreshSession": "         -      -      -       r      r      r",
  "UserService/LogOut": "                 -      -      -       s      s      s",
  "SessionService/ListSessions": "        -      -      -       s      s      s",
  "SessionService/RevokeSession": "       -      -      -       s      s      s",
  "AccessTokenService/CreateAccessToken": "- -    -       s      s      s",
  "AccessTokenService/ListAccessTokens": "-  -    -       s      s      s",
  "AccessTokenService/RevokeAccessToken": "- -    -       s      s      s",
  "AdminService/ListUsers": "             -      -      -       o      o      o",
  "AdminService/SuspendUser": "           -      -      -       o      o      o",
  "AdminService/ResumeUser": "            -      -      -       o      o      o",
  "AdminService/ForcePasswordReset": "    -      -      -       o      o      o",
  "AdminService/SetAlertLimit": "         -      -      -       o      o      o",
  "AdminService/SetOperator": "           -      -      -       o      o      o",
  "AdminService/ListAuditEntries": "      -      -      -       o      o      o",
  "OperatorService/BackUp": "             -      -      -       -      -      r",
  "OperatorService/ListHeldSymbols": "    -      -      -       -      -      r",
  "OperatorService/ReleaseSymbol": "      -      -      -       -      -      r",
  "OperatorService/ImportQuotes": "       -      -      -       -      -      r",
  "OperatorService/ExportQuotes": "       -      -      -       -      -      r",
  "OperatorService/CreateSetupCode": "    -      -      -       -      -      r",
  "SymbolService/ListSymbols": "         -      -      -       r      r      r",
  "SymbolService/SearchSymbols": "       -      -      -       r      r      r",
  "SymbolService/AddSymbols": "          -      -      -       -      -      r",
  "SymbolService/RemoveSymbols": "       -      -      -       -      -      r",
  "Health/Check": "                       -      r      r       r      r      r",
  "Health/Watch": "                       -      r      r       r      r      r",
  "Health/List": "                        -      r      r       r      r      r",
  "ServerReflection/ServerReflectionInfo": "- -   -       -      r      r",
};

/** `QuoteService/GetQuote` of a full path. */
const shortOf = (path: string): string => path.replace(/^\/(?:\w+\.)*/, "");

function expected(path: string, role: Role, brought: Brought): Verdict | undefined {
  const letter = TABLE[shortOf(path)]?.trim().split(/\s+/)[ROLES.indexOf(role)];
  if (letter === undefined || letter === "-") return letter === "-" ? "role" : undefined;
  if (letter === "r") return "in";
  if (brought === "nothing") return "user";
  if (letter === "u") return "in";
  if (brought.endsWith("script's token")) return "session";
  return letter === "s" || brought === "an operator's log-in" ? "in" : "operator";
}

/** Calls any method with an empty message, as a client of no particular version would. */
function tryCall(client: Client, path: string, metadata: Metadata): Promise<Verdict> {
  const same = (bytes: Buffer): Buffer => bytes;
  const call = client.makeBidiStreamRequest(path, same, same, metadata, { deadline: Date.now() + 5_000 });
  return new Promise((resolve, reject) => {
    const isIn = () => {
      resolve("in");
      call.cancel();
    };
    call.on("metadata", isIn); // a stream that has nothing to say yet tells so much; a refusal comes without
    call.on("data", isIn);
    call.on("error", () => undefined);
    call.on("status", (ended) => {
      const error = errorFromStatus(Object.assign(new Error(ended.details), ended));
      if (error.reason === "ROLE_NOT_ALLOWED") resolve("role");
      else if (error.reason === "NOT_LOGGED_IN") resolve("user");
      else if (error.reason === "SESSION_REQUIRED") resolve("session");
      else if (error.reason === "OPERATOR_REQUIRED") resolve("operator");
      else if (ended.code === status.UNIMPLEMENTED || ended.code === status.DEADLINE_EXCEEDED) reject(error);
      else resolve("in");
    });
    call.end(Buffer.alloc(0));
  });
}

describe("who may call what", () => {
  let server: TestServer;
  /** A token of each kind. LogOut ends what it is called with, so that each call gets its own. */
  let tokens: Readonly<Record<Brought, () => Promise<string | undefined>>>;
  before(async () => {
    server = await startTestServer({ eventClock: "data" });
    const [user, operator] = [await server.signUp(), await server.signUp()];
    const { code } = await server.ask(OperatorServiceService.createSetupCode, {}, { role: "operator" });
    await server.ask(UserServiceService.claimOperator, { code }, { token: operator.token });
    const [script, operatorScript] = [await scriptToken(user), await scriptToken(operator)];
    tokens = {
      nothing: () => Promise.resolve(undefined),
      "a script's token": () => Promise.resolve(script),
      "a log-in": () => logIn(user),
      "an operator's script's token": () => Promise.resolve(operatorScript),
      "an operator's log-in": () => logIn(operator),
    };
    const fetcher = await server.connect(QuoteServiceClient, "fetcher");
    const stream = fetcher.streamQuotes(); // a watcher is answered as soon as there is a quote
    stream.write({
      message: { $case: "batch", value: { sequence: 1, quotes: [quoteToProto(exampleTick(0, 1))], gaps: [] } },
    });
    await new Promise((resolve) => stream.once("data", resolve));
    stream.end();
    stream.resume();
  });
  after(() => server.close());

  it("is written down for each method that there is, here and in the server", () => {
    const known = [...new Set(METHODS.map(shortOf))].sort();
    expect(Object.keys(TABLE).sort()).to.deep.equal(known);
    expect(METHODS.filter((path) => accessRule(path) === undefined)).to.deep.equal([]);
  });

  for (const role of ROLES) {
    for (const brought of BROUGHT) {
      it(`holds for ${role} with ${brought}`, async () => {
        const client = await server.channel(role);
        const token = await tokens[brought]();
        const found: Record<string, Verdict> = {};
        const wanted: Record<string, Verdict | undefined> = {};
        for (const path of METHODS) {
          const last = shortOf(path) === "UserService/LogOut" ? await tokens[brought]() : token;
          found[path] = await tryCall(client, path, bearer(last));
          wanted[path] = expected(path, role, brought);
        }
        expect(found).to.deep.equal(wanted);
      });
    }
  }

  it("is nobody for a method that is in no table", async () => {
    const client = await server.channel("operator");
    const refused = await tryCall(
      client,
      "/tickerbell.v1.AlertService/DropTables",
      bearer(await tokens["an operator's log-in"]()),
    ).catch((error: unknown) => String(error));
    expect(refused).to.include("method");
  });

  async function logIn({ email, password }: SignedUp): Promise<string> {
    const { session } = await server.ask(UserServiceService.logIn, LogInRequest.fromPartial({ email, password }));
    return session?.accessToken ?? "";
  }

  async function scriptToken({ token }: SignedUp): Promise<string> {
    const wish = { name: "script", expireTime: undefined };
    return (await server.ask(AccessTokenServiceService.createAccessToken, wish, { token })).secret;
  }
});
