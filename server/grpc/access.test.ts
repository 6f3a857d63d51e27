import { expect } from "chai";
import type { Metadata } from "@grpc/grpc-js";
import { status, type Client, type ServiceDefinition } from "@grpc/grpc-js";
import { ROLES, type Role } from "../../domain/role.ts";
import { errorFromStatus } from "../../proto/convert/error.ts";
import { quoteToProto } from "../../proto/convert/quote.ts";
import { AlertServiceService } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { NotificationServiceService } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { OperatorServiceService } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { QuoteServiceClient, QuoteServiceService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
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
  OperatorServiceService,
];
const METHODS = [
  ...SERVICES.flatMap((service) => Object.values(service).map(({ path }) => path)),
  ...HEALTH,
  ...REFLECTION,
];

/** What a call comes to: let in, the role refused, or a user wanted. */
type Verdict = "in" | "role" | "user";

// Who may call what, by hand: "-" nobody, "r" the role alone, "u" the role with a signed-in user.
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
  "UserService/LogIn": "                  -      -      -       r      r      r",
  "UserService/RefreshSession": "         -      -      -       r      r      r",
  "UserService/LogOut": "                 -      -      -       u      u      u",
  "OperatorService/BackUp": "             -      -      -       -      -      r",
  "OperatorService/ListHeldSymbols": "    -      -      -       -      -      r",
  "OperatorService/ReleaseSymbol": "      -      -      -       -      -      r",
  "OperatorService/ImportQuotes": "       -      -      -       -      -      r",
  "OperatorService/ExportQuotes": "       -      -      -       -      -      r",
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

function expected(path: string, role: Role, hasToken: boolean): Verdict | undefined {
  const letter = TABLE[shortOf(path)]?.trim().split(/\s+/)[ROLES.indexOf(role)];
  if (letter === "u") return hasToken ? "in" : "user";
  return letter === "r" ? "in" : letter === "-" ? "role" : undefined;
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
      else if (ended.code === status.UNIMPLEMENTED || ended.code === status.DEADLINE_EXCEEDED) reject(error);
      else resolve("in");
    });
    call.end(Buffer.alloc(0));
  });
}

describe("who may call what", () => {
  let server: TestServer;
  let user: SignedUp;
  before(async () => {
    server = await startTestServer({ eventClock: "data" });
    user = await server.signUp();
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
    for (const hasToken of [false, true]) {
      it(`holds for ${role} ${hasToken ? "with" : "without"} a signed-in user`, async () => {
        const client = await server.channel(role);
        const found: Record<string, Verdict> = {};
        const wanted: Record<string, Verdict | undefined> = {};
        for (const path of METHODS) {
          const token = shortOf(path) === "UserService/LogOut" ? (await logIn()).token : user.token;
          found[path] = await tryCall(client, path, bearer(hasToken ? token : undefined));
          wanted[path] = expected(path, role, hasToken);
        }
        expect(found).to.deep.equal(wanted);
      });
    }
  }

  it("is nobody for a method that is in no table", async () => {
    const client = await server.channel("operator");
    const refused = await tryCall(client, "/tickerbell.v1.AlertService/DropTables", bearer(user.token)).catch(
      (error: unknown) => String(error),
    );
    expect(refused).to.include("method");
  });

  async function logIn(): Promise<{ token: string }> {
    const { email, password } = user;
    const { session } = await server.ask(UserServiceService.logIn, LogInRequest.fromPartial({ email, password }));
    return { token: session?.accessToken ?? "" };
  }
});
