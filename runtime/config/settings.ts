import { join } from "node:path";
import { z } from "zod";
import {
  address,
  hostNames,
  httpUrl,
  integer,
  keepTime,
  mailSender,
  oneOf,
  path,
  peerAddress,
  socketUrl,
  PROJECT_ROOT,
  wordList,
} from "./setting-types.ts";

/** One environment variable: what it means, what it is when nobody sets it, and how its text is read. */
export interface Setting<Value, Fallback extends string | null = string | null> {
  /** A sentence for docs/configuration.md, which is made from this table. */
  readonly doc: string;
  /** Who reads it. */
  readonly readers: readonly ("server" | "fetcher" | "notifier" | "simulator" | "mailbox" | "cli")[];
  /** The text that holds when nothing is set; null: the setting stays unset. */
  readonly fallback: Fallback;
  readonly schema: z.ZodType<Value, string>;
}

function setting<Value, const Fallback extends string | null>(
  readers: Setting<Value>["readers"],
  fallback: Fallback,
  schema: z.ZodType<Value, string>,
  doc: string,
): Setting<Value, Fallback> {
  return { readers, fallback, schema, doc };
}

const everybody = ["server", "fetcher", "notifier", "simulator", "mailbox", "cli"] as const;

/** The ten symbols that are watched unless others are named. */
const TEN_SYMBOLS = "AAPL MSFT GOOGL AMZN NVDA META TSLA JPM V IBM";

/** Every environment variable of every process; nothing else in the project reads the environment. */
export const settings = {
  BELL_LOG_LEVEL: setting(
    everybody,
    "info",
    oneOf("debug", "info", "warn", "error", "silent"),
    "How much a process says in its log: `debug`, `info`, `warn`, `error` or `silent`.",
  ),
  BELL_CERTS_DIR: setting(
    ["server", "fetcher", "notifier", "cli"],
    join(PROJECT_ROOT, "certs"),
    path,
    "The folder of the certificates and keys that `bell certs` makes.",
  ),
  BELL_DATA_DIR: setting(
    ["server", "fetcher", "mailbox", "cli"],
    join(PROJECT_ROOT, "data"),
    path,
    "The folder for everything that must survive: the database, the key that signs tokens, the fetcher's spool, the mailbox. Each fetcher needs one of its own.",
  ),
  BELL_LOCAL_HOSTS: setting(
    ["server", "fetcher", "notifier", "simulator", "mailbox"],
    null,
    hostNames,
    "Names of hosts that are as good as this machine, such as the containers of one private network. What is kept to loopback otherwise is allowed with them: plain SMTP, prices over http without a key, the mailbox, the simulator's control.",
  ),
  BELL_CLOCK: setting(
    ["server", "notifier"],
    "wall",
    oneOf("wall", "data"),
    "What “now” is when judging: the wall clock, or the time of the newest quote (`data`, for replays; refused with a mail server that is not on this machine).",
  ),
  BELL_LISTEN: setting(
    ["server"],
    "127.0.0.1:50051",
    address,
    "Where the server listens for gRPC over mutual TLS; port 0 chooses a free one.",
  ),
  BELL_AMBIGUOUS_DELIVERY: setting(
    ["server"],
    "resend",
    oneOf("resend", "hold"),
    "What to do when nobody knows whether a mail was taken: `resend` the same bytes (at least once), or `hold` it (at most once).",
  ),
  BELL_KEEP_TICKS: setting(
    ["server"],
    "30d",
    keepTime,
    "For how long ticks, bars of less than a minute and replaced versions of bars are kept, in whole days such as `30d`, or `forever`. Then minutes are left of them. It counts back from the symbol's newest price, never from the clock; imported prices stay.",
  ),
  BELL_KEEP_MINUTES: setting(
    ["server"],
    "365d",
    keepTime,
    "The same for bars of a minute to an hour. Then days are left of them; longer bars are kept for ever. Ticks must not be kept longer than these.",
  ),
  BELL_SERVER: setting(["fetcher", "notifier", "cli"], "localhost:50051", peerAddress, "The server to connect to."),
  BELL_SYMBOLS: setting(
    ["server", "fetcher", "simulator"],
    TEN_SYMBOLS,
    wordList,
    "Symbols, separated by blanks or commas. The list of a new server begins with these; after that `bell symbols` changes it. A fetcher for which it is set fetches exactly these, and otherwise what is on the server's list. The simulator's random market trades these, and a few more unless it is set.",
  ),
  BELL_SPOOL_QUOTES_MAX: setting(
    ["fetcher"],
    "1000000",
    integer(1, 100_000_000),
    "How many quotes the fetcher's spool holds while the server is away (a million take about 100 MB); when it is full, fetching waits.",
  ),
  BELL_SCHEDULE: setting(
    ["fetcher"],
    null,
    z.string().min(1),
    "When to fetch, as a cron line in New York time (an optional first field counts seconds), once at the start besides, as far as the key's limits allow. Unset: as often as the key's plan makes it useful, every minute while the exchange trades, or on plan `free` once after the close.",
  ),
  BELL_SOURCE: setting(
    ["server", "fetcher"],
    "alpha-vantage",
    oneOf("alpha-vantage", "binance"),
    "Where prices come from: `alpha-vantage`, or `binance`, whose trades need no key. With `binance` and no BELL_SYMBOLS, BTCUSDT, ETHUSDT, BNBUSDT, SOLUSDT and XRPUSDT are watched.",
  ),
  BELL_BINANCE_URL: setting(
    ["fetcher"],
    "wss://stream.binance.com:9443",
    socketUrl,
    "Where Binance is listened to: `/stream` is added.",
  ),
  BELL_BINANCE_REST_URL: setting(
    ["fetcher"],
    null,
    httpUrl,
    "Where Binance is asked for minute bars, which fill holes: `/api/v3/klines` is added. Unset: `api.…` for a BELL_BINANCE_URL of `stream.…`, else the same host and port.",
  ),
  BELL_ALPHA_VANTAGE_URL: setting(
    ["fetcher"],
    "https://www.alphavantage.co",
    httpUrl,
    "The Alpha Vantage service to ask: `/query` is added.",
  ),
  BELL_ALPHA_VANTAGE_API_KEY_FILE: setting(
    ["fetcher"],
    null,
    path,
    "A file that holds your Alpha Vantage key. With it, `bell up` fetches real prices instead of simulated ones.",
  ),
  BELL_ALPHA_VANTAGE_PLAN: setting(
    ["fetcher"],
    "free",
    oneOf("free", "75", "150", "300", "600", "1200", "unlimited"),
    "What your key may ask: `free` (25 requests a day, one a second), or so many requests a minute: `75`, `150`, `300`, `600` or `1200`; `unlimited` is for a service of your own.",
  ),
  BELL_ALPHA_VANTAGE_FUNCTION: setting(
    ["fetcher"],
    "auto",
    oneOf("auto", "intraday", "global-quote", "bulk-quotes"),
    "Which function to ask: minute bars (`intraday`), the day's quote (`global-quote`), or all symbols in one request (`bulk-quotes`, premium). `auto` is the best that your key gets: all in one, else minute bars, else the day's quote; on plan `free` the day's quote, which has the highest and lowest price of the day that ended.",
  ),
  BELL_ALPHA_VANTAGE_ENTITLEMENT: setting(
    ["fetcher"],
    "none",
    oneOf("none", "delayed", "realtime"),
    "What your plan may see of the running session, which the service wants to be asked for: prices `delayed` by 15 minutes, or in `realtime`; with `none` it answers without today's.",
  ),
  BELL_ALPHA_VANTAGE_FORMAT: setting(
    ["fetcher"],
    "json",
    oneOf("json", "csv"),
    "The format to ask for: `json` or `csv`. They say the same.",
  ),
  BELL_SMTP: setting(
    ["notifier", "server"],
    "127.0.0.1:1025",
    peerAddress,
    "The mail server. Any host but loopback must offer STARTTLS (or TLS at once on port 465). The server only looks whether it is on this machine.",
  ),
  BELL_SMTP_USER: setting(["notifier"], null, z.string().min(1), "The name to log in to the mail server with."),
  BELL_SMTP_PASSWORD_FILE: setting(["notifier"], null, path, "A file that holds the password for the mail server."),
  BELL_MAIL_FROM: setting(["notifier"], "Tickerbell <bell@localhost>", mailSender, "The sender of every mail."),
  BELL_NOTIFIER_PLACES: setting(
    ["notifier"],
    "8", // most of a mail is waiting, for the mail server and the server's disk; public mail servers allow some ten connections
    integer(1, 64),
    "How many mails a notifier sends at the same time; up to four times as many while some take longer than two seconds.",
  ),
  BELL_SIMULATOR_LISTEN: setting(
    ["simulator", "cli"],
    "127.0.0.1:8081",
    address,
    "Where the simulated Alpha Vantage listens.",
  ),
  BELL_SIMULATOR_SEED: setting(
    ["simulator"],
    "1",
    integer(0, 2_147_483_647),
    "The seed of the simulated market: the same seed gives the same prices at the same time.",
  ),
  BELL_SIMULATOR_BARS_DIR: setting(
    ["simulator"],
    null,
    path,
    "A folder with one `SYMBOL.csv` of recorded bars for each symbol, to be replayed instead of a random market.",
  ),
  BELL_SIMULATOR_PLAN: setting(
    ["simulator"],
    "unlimited",
    oneOf("free", "75", "150", "300", "600", "1200", "unlimited"),
    "The plan that the simulator grants every key: `free`, `75`, `150`, `300`, `600`, `1200` or `unlimited`.",
  ),
  BELL_MAILBOX_SMTP_LISTEN: setting(["mailbox"], "127.0.0.1:1025", address, "Where the mailbox takes mail."),
  BELL_MAILBOX_PAGE_LISTEN: setting(
    ["mailbox"],
    "127.0.0.1:8025",
    address,
    "Where the mailbox shows its mail in a browser; loopback only.",
  ),
  BELL_SESSION_FILE: setting(
    ["cli"],
    null,
    path,
    "Where `bell` keeps your log-in. Unset: `tickerbell/session.json` in XDG_CONFIG_HOME or ~/.config.",
  ),
  BELL_ACCESS_TOKEN_FILE: setting(
    ["cli"],
    null,
    path,
    "A file that holds an access token (`bell tokens create`), for scripts: it speaks for you instead of a log-in.",
  ),
} as const;

export type SettingName = keyof typeof settings;
type ValueOf<Name extends SettingName> = (typeof settings)[Name] extends Setting<infer Value> ? Value : never;
/** A setting without a fallback may be null. */
export type SettingValue<Name extends SettingName> = (typeof settings)[Name]["fallback"] extends null
  ? ValueOf<Name> | null
  : ValueOf<Name>;
