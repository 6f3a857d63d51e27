import type { ProcessName } from "../../cli/up/plan.ts";
import type { Environment } from "../../runtime/config/read-settings.ts";
import type { BadCase } from "./bad-case.ts";

/** A process and its settings; `{…}` names a file or folder of the test's. */
export interface Started {
  readonly process: ProcessName | "cli";
  readonly settings: Environment;
}

/** A case whose `fields` are the settings at fault. */
function setting(
  name: string,
  process: Started["process"],
  settings: Environment,
  { says = [], hides = [], fields = Object.keys(settings) }: Pick<BadCase<Started>, "says" | "hides" | "fields"> = {},
): BadCase<Started> {
  const given = { process, settings };
  return { name, given, code: "FAILED_PRECONDITION", reason: "CONFIG_INVALID", fields, says, hides };
}

const KEY = "BELL_ALPHA_VANTAGE_API_KEY_FILE";
const URL = "BELL_ALPHA_VANTAGE_URL";
const PASSWORD = "BELL_SMTP_PASSWORD_FILE";
const host = (text: string, ...says: string[]) =>
  setting(`to listen at ${text}`, "server", { BELL_LISTEN: text }, { says: ["not host:port", ...says] });

const ADDRESSES: readonly BadCase<Started>[] = [
  host("50051", "127.0.0.1:50051"),
  host("localhost"),
  host("localhost:"),
  host(":50051"),
  host("localhost:abc"),
  host("localhost:70000"),
  host("localhost:-1"),
  host("localhost:1e3"),
  host("local host:1"),
  host("https://localhost:1"),
  host("::1:50051"),
  host("localhost:1\n"),
  setting("a server at port 0", "fetcher", { BELL_SERVER: "localhost:0" }, { says: ["port 0"] }),
  setting("a mail server at port 0", "notifier", { BELL_SMTP: "localhost:0" }, { says: ["port 0"] }),
  setting(
    "a mail server with a password, which is not repeated",
    "notifier",
    { BELL_SMTP: "ann:CANARY@mail:25" },
    { says: ["…@mail:25"], hides: ["CANARY"] },
  ),
  setting(
    "a mail server as a URL with a password",
    "notifier",
    { BELL_SMTP: "smtp://ann:CANARY@mail.example.com" },
    { hides: ["CANARY"] },
  ),
];

const WORDS: readonly BadCase<Started>[] = [
  setting(
    "a variable of ours that nobody knows",
    "server",
    { BELL_LISTN: "a:1" },
    { says: ["did you mean BELL_LISTEN?"] },
  ),
  setting(
    "a password by its value instead of by file, which is not repeated",
    "notifier",
    { BELL_SMTP_PASSWORD: "CANARY" },
    { says: ["BELL_SMTP_PASSWORD_FILE?"], hides: ["CANARY"] },
  ),
  setting("a variable in lower case after the prefix", "fetcher", { BELL_symbols: "AAPL" }),
  setting("the prefix alone", "mailbox", { BELL_: "x" }),
  setting(
    "Node's switch to trust everybody",
    "fetcher",
    { NODE_TLS_REJECT_UNAUTHORIZED: "0" },
    { says: ["NODE_EXTRA_CA_CERTS"] },
  ),
  setting("a log level that is none", "cli", { BELL_LOG_LEVEL: "loud" }, { says: ["debug"] }),
  setting("a log level in capitals", "simulator", { BELL_LOG_LEVEL: "INFO" }),
  setting("a clock that is none", "server", { BELL_CLOCK: "sun" }, { says: ["wall"] }),
  setting(
    "a way to deliver that is none",
    "server",
    { BELL_AMBIGUOUS_DELIVERY: "maybe" },
    { says: ["resend", "hold"] },
  ),
  setting("no places", "notifier", { BELL_NOTIFIER_PLACES: "0" }, { says: ["1 to 64"] }),
  setting("places below none", "notifier", { BELL_NOTIFIER_PLACES: "-1" }),
  setting("half a place", "notifier", { BELL_NOTIFIER_PLACES: "1.5" }),
  setting("a thousand million places", "notifier", { BELL_NOTIFIER_PLACES: "1e9" }),
  setting("places in Arabic digits", "notifier", { BELL_NOTIFIER_PLACES: "\u0664" }),
  setting("a seed beyond 31 bits", "simulator", { BELL_SIMULATOR_SEED: "2147483648" }),
  setting(
    "a plan that nobody sells, to the fetcher",
    "fetcher",
    { BELL_ALPHA_VANTAGE_PLAN: "gold" },
    { says: ["free"] },
  ),
  setting("a plan that nobody sells, to the simulator", "simulator", { BELL_SIMULATOR_PLAN: "gold" }),
  setting("a function that is none", "fetcher", { BELL_ALPHA_VANTAGE_FUNCTION: "daily" }, { says: ["intraday"] }),
  setting("a format that is none", "fetcher", { BELL_ALPHA_VANTAGE_FORMAT: "xml" }, { says: ["json"] }),
  setting("an entitlement that is none", "fetcher", { BELL_ALPHA_VANTAGE_ENTITLEMENT: "all" }),
  setting("a list of no symbols", "fetcher", { BELL_SYMBOLS: " , " }, { says: ["names nothing"] }),
  setting("a symbol twice", "fetcher", { BELL_SYMBOLS: "AAPL IBM AAPL" }, { says: ["AAPL twice"] }),
  setting("a symbol twice, once in lower case", "fetcher", { BELL_SYMBOLS: "AAPL aapl" }, { says: ["AAPL twice"] }),
  setting(
    "two symbols that are none",
    "fetcher",
    { BELL_SYMBOLS: "AAPL A$ B@" },
    { says: ['"A$"', '"B@"'], fields: ["BELL_SYMBOLS", "BELL_SYMBOLS"] },
  ),
  setting("a schedule that is none", "fetcher", { BELL_SCHEDULE: "hourly" }),
  setting("a schedule with a minute too many", "fetcher", { BELL_SCHEDULE: "60 * * * *" }),
  setting("a schedule that never comes", "fetcher", { BELL_SCHEDULE: "0 0 31 2 *" }),
];

const MAIL: readonly BadCase<Started>[] = [
  setting("a sender that is none", "notifier", { BELL_MAIL_FROM: "nobody" }, { says: ["bell@example.com"] }),
  setting("two senders", "notifier", { BELL_MAIL_FROM: "a@b.co, c@d.co" }),
  setting("a sender with a header of its own", "notifier", { BELL_MAIL_FROM: "Bell\r\nBcc: x@y.co <a@b.co>" }),
  setting("a sender with a header after it", "notifier", { BELL_MAIL_FROM: "a@b.co\r\nBcc: x@y.co" }),
  setting("a sender with NUL in the name", "notifier", { BELL_MAIL_FROM: "Be\u0000ll <a@b.co>" }),
  setting("a sender with a line separator in the name", "notifier", { BELL_MAIL_FROM: "Be\u2028ll <a@b.co>" }),
  setting("a sender with one bracket", "notifier", { BELL_MAIL_FROM: "Bell <a@b.co" }),
  setting(
    "a user without a password",
    "notifier",
    { BELL_SMTP_USER: "ann" },
    { fields: [PASSWORD], says: ["must be set"] },
  ),
  setting(
    "a password without a user",
    "notifier",
    { [PASSWORD]: "{secret}" },
    { fields: ["BELL_SMTP_USER"], hides: ["CANARY"] },
  ),
  setting(
    "a replay that mails to the world, to the notifier",
    "notifier",
    { BELL_CLOCK: "data", BELL_SMTP: "smtp.example.com:587" },
    { fields: ["BELL_SMTP"], says: ["replays"] },
  ),
  setting(
    "a replay that mails to the world, to the server",
    "server",
    { BELL_CLOCK: "data", BELL_SMTP: "smtp.example.com:587" },
    { fields: ["BELL_SMTP"] },
  ),
  setting(
    "the same beside another mistake, both told",
    "server",
    { BELL_CLOCK: "data", BELL_SMTP: "smtp.example.com:587", BELL_LISTEN: "x" },
    { fields: ["BELL_SMTP", "BELL_LISTEN"] },
  ),
  setting(
    "ticks that are kept longer than minutes",
    "server",
    { BELL_KEEP_TICKS: "400d", BELL_KEEP_MINUTES: "30d" },
    { fields: ["BELL_KEEP_TICKS"], says: ["for 400d", "BELL_KEEP_MINUTES keeps minutes (30d)", "set that to 400d"] },
  ),
  setting(
    "ticks that are kept for ever, and minutes as long as usual",
    "server",
    { BELL_KEEP_TICKS: "forever" },
    { fields: ["BELL_KEEP_TICKS"], says: ["keeps ticks forever", "BELL_KEEP_MINUTES", "(365d)"] },
  ),
  setting(
    "the same to the notifier",
    "notifier",
    { BELL_CLOCK: "data", BELL_SMTP: "smtp.example.com:587", BELL_NOTIFIER_PLACES: "x" },
    { fields: ["BELL_SMTP", "BELL_NOTIFIER_PLACES"] },
  ),
];

const SIMULATED: readonly BadCase<Started>[] = [
  setting(
    "bars in a folder that is not there",
    "simulator",
    { BELL_SIMULATOR_BARS_DIR: "{none}" },
    { says: ["no folder"] },
  ),
  setting(
    "a mailbox for the world",
    "mailbox",
    { BELL_MAILBOX_SMTP_LISTEN: "0.0.0.0:1025" },
    { says: ["not loopback"] },
  ),
];

const password = (name: string, file: string, ...says: string[]) =>
  setting(
    name,
    "notifier",
    { BELL_SMTP_USER: "ann", [PASSWORD]: file },
    { fields: [PASSWORD], says, hides: ["CANARY"] },
  );
const key = (name: string, file: string, ...says: string[]) =>
  setting(name, "fetcher", { [KEY]: file }, { says, hides: ["CANARY"] });

const FILES: readonly BadCase<Started>[] = [
  password("a password in a file that is not there", "{none}", "does not exist"),
  password("a password in an empty file", "{empty}", "is empty"),
  password("a password in a file that others can read", "{open}", "chmod 600", "0644"),
  password("a password in two lines", "{lines}", "more than one line"),
  password("a password in a folder", "{folder}", "cannot be read"),
  key("a key in a file that is not there", "{none}", "does not exist"),
  key("a key in an empty file", "{empty}", "is empty"),
  key("a key in a file that others can read", "{open}", "chmod 600"),
  key("a key in two lines", "{lines}", "more than one line"),
  key("a key with a blank", "{blank}", "no key has"),
  setting(
    "no key for the real service",
    "fetcher",
    { [URL]: "https://www.alphavantage.co" },
    { fields: [KEY], says: ["must be set"] },
  ),
  setting(
    "a service without TLS",
    "fetcher",
    { [URL]: "http://www.alphavantage.co", [KEY]: "{secret}" },
    { fields: [URL], says: ["https"], hides: ["CANARY"] },
  ),
  setting("a service by FTP", "fetcher", { [URL]: "ftp://localhost" }),
  setting(
    "a service with the key in its address, which is not repeated",
    "fetcher",
    { [URL]: "https://localhost/?apikey=CANARY" },
    { hides: ["CANARY"] },
  ),
  setting(
    "a service with a password, which is not repeated",
    "fetcher",
    { [URL]: "https://ann:CANARY@localhost" },
    { hides: ["CANARY"] },
  ),
  setting(
    "six mistakes, all of them told",
    "fetcher",
    {
      BELL_SYMBOLS: "AAPL AAPL",
      BELL_SCHEDULE: "never",
      BELL_SERVER: "x",
      BELL_ALPHA_VANTAGE_PLAN: "x",
      BELL_LOG_LEVEL: "x",
      BELL_FOO: "x",
    },
    {
      fields: ["BELL_SYMBOLS", "BELL_SCHEDULE", "BELL_SERVER", "BELL_ALPHA_VANTAGE_PLAN", "BELL_LOG_LEVEL", "BELL_FOO"],
    },
  ),
];

/** Every mistake in the settings of a process. */
export const CONFIGURATION_CASES: readonly BadCase<Started>[] = [
  ...ADDRESSES,
  ...WORDS,
  ...MAIL,
  ...SIMULATED,
  ...FILES,
];
