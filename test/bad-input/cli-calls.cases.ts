import { EXIT } from "../../cli/exit-codes.ts";
import { typed, usage, type CliCase } from "./cli-case.ts";
import type { Typed } from "./cli-world.ts";

const call = (name: string, request: string, ...says: string[]): CliCase =>
  usage(name, { words: ["call", "AlertService/ListAlerts", request] }, ...says);

const CALLS: readonly CliCase[] = [
  usage("a method without a service", "call ListAlerts", "SERVICE/METHOD"),
  usage("a method with a stream of requests", "call QuoteService/StreamQuotes", "stream of requests"),
  call("a request that is no JSON", "{filter", "not JSON"),
  call("a request that is a list", "[]", "must be an object"),
  call("a request that is a text", '"x"', "must be an object"),
  call("a field that is none", '{"filters": ""}', "filters", "filter, pageSize, pageToken"),
  call("a field that is the prototype", '{"__proto__": {}}', "__proto__"),
  call("a field by both of its names", '{"pageSize": 1, "page_size": 2}', "names a field twice"),
  call("a number that is a word", '{"pageSize": "many"}', "pageSize", "a number"),
  call("a number with a fraction", '{"pageSize": 1.5}', "pageSize", "whole number"),
  call("a number beyond 32 bits", '{"pageSize": 4294967297}', "pageSize", "whole number"),
  call("a number beyond every double", '{"pageSize": 1e999}', "pageSize", "whole number"),
  call("a text that is a number", '{"filter": 5}', "filter", "a text"),
  call("a request in a file that is not there", "@/nowhere/request.json", "/nowhere/request.json"),
  usage(
    "an enum's number as a text",
    { words: ["call", "AlertService/CreateAlert", '{"text": "A above 1", "alert": {"repeat": "1"}}'] },
    "alert.repeat",
    "ONCE, EVERY",
  ),
  usage(
    "an enum's number with a fraction",
    { words: ["call", "AlertService/CreateAlert", '{"text": "A above 1", "alert": {"repeat": 1.5}}'] },
    "alert.repeat",
  ),
  usage(
    "a list that is none",
    { words: ["call", "QuoteService/ListQuotes", '{"symbols": "AAPL"}'] },
    "symbols",
    "must be a list",
  ),
  usage(
    "a time that is none",
    { words: ["call", "QuoteService/ListCandles", '{"symbol": "AAPL", "startTime": "noon"}'] },
    "startTime",
  ),
  usage(
    "a duration that is none",
    { words: ["call", "QuoteService/ListCandles", '{"symbol": "AAPL", "period": "5m"}'] },
    "period",
    "60s",
  ),
  {
    ...usage("a condition in JSON, by the contract's own name", {
      words: ["call", "AlertService/CreateAlert", '{"text": "AAPL abve 200"}'],
    }),
    reason: "CONDITION_SYNTAX",
    says: ["text: "],
  },
  { ...usage("a service that is none", "call Alarms/List", "Alarms"), code: "NOT_FOUND", exitCode: EXIT.notFound },
  {
    ...usage("a method that is none", "call QuoteService/GetQuotes", "no method GetQuotes", "ListQuotes"),
    code: "NOT_FOUND",
    exitCode: EXIT.notFound,
  },
];

const other = (
  exitCode: number,
  [code, reason]: readonly [CliCase["code"], CliCase["reason"]],
  name: string,
  given: Typed | string,
  ...says: string[]
): CliCase => ({ ...usage(name, given, ...says), exitCode, code, reason });

const ABSENT = ["NOT_FOUND", "ALERT_NOT_FOUND"] as const;
const SETUP = ["FAILED_PRECONDITION", "CONFIG_INVALID"] as const;
const TLS = ["FAILED_PRECONDITION", "TLS_SETUP"] as const;
const AWAY = ["UNAVAILABLE", "SERVER_UNREACHABLE"] as const;
const STRANGER = ["UNAUTHENTICATED", "NOT_LOGGED_IN"] as const;
const list = (settings: Typed["settings"]): Typed => ({ ...typed("alerts list"), settings: settings ?? {} });

const OTHERS: readonly CliCase[] = [
  other(EXIT.notFound, ABSENT, "the beginning of no id", "alerts get nope", '"nope"', "./bell alerts list"),
  other(
    EXIT.notFound,
    ABSENT,
    "an id of nobody's",
    "alerts get 00000000-0000-4000-8000-000000000000",
    "./bell alerts list",
  ),
  other(EXIT.notFound, ["NOT_FOUND", "QUOTE_NOT_FOUND"], "a symbol without a price", "quotes get ZZZZ", "ZZZZ"),
  other(
    EXIT.conflict,
    ["ABORTED", "ETAG_STALE"],
    "a stale etag",
    'alerts update {id} --note x --etag "9"',
    "Read it again",
  ),
  other(
    EXIT.conflict,
    ["FAILED_PRECONDITION", "STATE_CONFLICT"],
    "resuming what watches",
    "alerts resume {id}",
    "ARMED",
  ),
  other(
    EXIT.unauthenticated,
    ["UNAUTHENTICATED", "LOGIN_FAILED"],
    "a wrong password",
    { ...typed("login {email}"), input: "not the words" },
    "do not belong together",
  ),
  other(
    EXIT.unauthenticated,
    STRANGER,
    "who is not logged in",
    list({ BELL_SESSION_FILE: "{folder}/none" }),
    "./bell login",
  ),
  other(
    EXIT.unauthenticated,
    STRANGER,
    "a log-in at another server",
    list({ BELL_SESSION_FILE: "{foreignSession}" }),
    "elsewhere.example:1",
  ),
  other(
    EXIT.configuration,
    SETUP,
    "a log-in that others can read",
    list({ BELL_SESSION_FILE: "{openSession}" }),
    "chmod 600",
  ),
  {
    ...other(
      EXIT.configuration,
      SETUP,
      "a damaged log-in",
      list({ BELL_SESSION_FILE: "{brokenSession}" }),
      "does not hold",
    ),
    hides: ["CANARY"],
  },
  other(
    EXIT.configuration,
    SETUP,
    "a log-in that is a folder",
    list({ BELL_SESSION_FILE: "{openKey}" }),
    "{openKey}".slice(9),
  ),
  other(EXIT.configuration, SETUP, "a variable misspelt", list({ BELL_SERVR: "a:1" }), "BELL_SERVR", "BELL_SERVER?"),
  other(EXIT.configuration, SETUP, "a variable's value", list({ BELL_SERVER: "here" }), "BELL_SERVER", '"here"'),
  other(
    EXIT.configuration,
    SETUP,
    "Node's switch to trust everybody",
    list({ NODE_TLS_REJECT_UNAUTHORIZED: "0" }),
    "NODE_TLS_REJECT_UNAUTHORIZED",
  ),
  other(
    EXIT.configuration,
    TLS,
    "a folder without certificates, all three of them named",
    "quotes list --certs {folder}/none",
    "ca.crt is missing",
    "cli.crt is missing",
    "cli.key is missing",
    "make certs",
  ),
  other(EXIT.configuration, TLS, "a key that others can read", "quotes list --certs {openKey}", "cli.key", "chmod 600"),
  other(
    EXIT.configuration,
    TLS,
    "a certificate of another authority",
    "quotes list --certs {otherAuthority}",
    "cli.crt was issued by another authority than",
    "ca.crt",
  ),
  other(EXIT.configuration, TLS, "an empty authority", "quotes list --certs {emptyAuthority}", "ca.crt is empty"),
  other(
    EXIT.unavailable,
    AWAY,
    "a server that does not run",
    "quotes list --server 127.0.0.1:1",
    "127.0.0.1:1",
    "./bell up",
  ),
  other(
    EXIT.unavailable,
    AWAY,
    "a simulator that does not run",
    { ...typed("simulator set AAPL 201"), settings: { BELL_SIMULATOR_LISTEN: "127.0.0.1:1" } },
    "127.0.0.1:1",
    "./bell simulator",
  ),
  other(
    EXIT.unavailable,
    AWAY,
    "a simulator that is something else",
    { ...typed("simulator set AAPL 201"), settings: { BELL_SIMULATOR_LISTEN: "{server}" } },
    "BELL_SIMULATOR_LISTEN",
  ),
];

/** What is wrong with a request in JSON, or with what the words name: ids, files, certificates, servers. */
export const CALL_CASES: readonly CliCase[] = [...CALLS, ...OTHERS];
