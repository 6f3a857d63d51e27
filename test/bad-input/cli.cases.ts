import { typed, usage, type CliCase } from "./cli-case.ts";
import type { Typed } from "./cli-world.ts";

/** A value that the server refuses, told in the words of the command line. */
const value = (
  name: string,
  given: Typed | string,
  reason: CliCase["reason"],
  says: readonly string[],
  hides: readonly string[] = [],
): CliCase => ({ ...usage(name, given), reason, says, hides });

const USAGE: readonly CliCase[] = [
  usage("a command misspelt", "alrts", "Did you mean alerts?"),
  usage("a command within a group misspelt", "alerts crate AAPL above 2", "Did you mean create?"),
  usage("a group without a command", "notifications", "list, get"),
  usage("a command of 100,000 letters", { words: ["x".repeat(100_000)] }, "unknown command"),
  usage("an option misspelt", "alerts list --sybol A", "--sybol", "Did you mean --symbol?"),
  usage("an option of another command", "quotes list --note x", "--note", "./bell quotes list --help"),
  usage("a short option that is none", "quotes list -x", "-x"),
  usage("an option without its value", "quotes list --server", "--server", "argument missing"),
  usage("a missing symbol", "quotes get", "'symbol'", "./bell quotes get --help"),
  usage("a missing condition", "alerts create AAPL", "'condition'"),
  usage("a missing id", "alerts get", "'id'"),
  usage("a missing list of ids", "alerts delete", "'id'"),
  usage("a missing code", "verify", "'code'"),
  usage("a missing price", "simulator set AAPL", "'price'"),
  usage("a word too many", "whoami really", "too many arguments"),
  usage("a server given twice", "quotes list --server a:1 --server b:2", "--server is given twice"),
  usage("a note given twice", "alerts create A above 1 --note a --note b", "--note is given twice"),
  usage(
    "a period given twice, once with a sign",
    "quotes candles A --period=1m --period 5m",
    "--period is given twice",
  ),
  usage("a repeat that is no choice", "alerts create A above 1 --repeat often", "once, every"),
  usage("a wish that is no choice", "alerts create A above 1 --already-true maybe", "wait, fire, reject"),
  usage("a role that nobody has", "quotes list --as root", "cli, operator"),
  usage("a server without a port", "quotes list --server localhost", "--server", "host:port"),
  usage("a server at port 0", "quotes list --server localhost:0", "--server"),
  usage("a server at port 70,000", "quotes list --server localhost:70000", "--server"),
  {
    ...usage(
      "a server with a password, and does not repeat it",
      "quotes list --server ann:CANARY@localhost:1",
      "--server",
    ),
    hides: ["CANARY"],
  },
  usage("an update of nothing", "alerts update {id}", "nothing to change", "--note"),
  usage("a session that is no choice", "alerts create A above 1 --session night", "regular, extended, any"),
  usage("an expiry given twice", "alerts create A above 1 --expires 1d --expires 2d", "--expires is given twice"),
  usage("tags and none", "alerts update {id} --tag a --no-tags", "--no-tags", "one of the two"),
  usage("a tag to list by that is none", "alerts list --tag Tech", "--tag", '"Tech"', '"tech"'),
  usage("a state misspelt", "alerts list --state armd", "--state", "Did you mean armed?"),
  usage("a state of alerts for notifications", "notifications list --state triggered", "--state", "waiting"),
  usage("a symbol to list by that is none", { words: ["alerts", "list", "--symbol", "A B"] }, "--symbol", '"A B"'),
  usage("a symbol that looks like an option", "quotes get -X", "-X"),
];

const VALUES: readonly CliCase[] = [
  value(
    "an exponent",
    "alerts create AAPL above 1e3",
    "PRICE_RANGE",
    ["condition", '"1e3"', "plain digits"],
    ["text:"],
  ),
  value("a separator", "alerts create AAPL above 1,000.5", "PRICE_RANGE", ['"1,000.5"', "separator"]),
  value("a negative price", "alerts create AAPL above -5", "PRICE_RANGE", ['"-5"', "190.25"]),
  value("Arabic digits", { words: ["alerts", "create", "AAPL", "above", "\u0663\u0660\u0660"] }, "CONDITION_SYNTAX", [
    "level",
  ]),
  value("a kind misspelt", "alerts create AAPL abve 200", "CONDITION_SYNTAX", ['"abve"', 'Did you mean "above"?']),
  value("a symbol that is none", "alerts create A$PL above 5", "SYMBOL_FORMAT", ['"A$PL"', "such as AAPL"]),
  value("a symbol that begins with a dash", "quotes get -- -X", "SYMBOL_FORMAT", ['"-X"']),
  value("a symbol that is an option, after --", "alerts create -- --json above 5", "SYMBOL_FORMAT", [
    '"--JSON"'.toLowerCase(),
  ]),
  value(
    "a note of two lines",
    { words: ["alerts", "create", "AAPL", "above", "5", "--note", "a\nb"] },
    "FIELD_INVALID",
    ["--note: ", "one line"],
    ["alert.note"],
  ),
  value(
    "a note of 100,000 characters",
    { words: ["alerts", "create", "AAPL", "above", "5", "--note", "x".repeat(100_000)] },
    "FIELD_INVALID",
    ["--note: ", "200 characters"],
  ),
  value("a band", "alerts create AAPL above 5 --band 1%", "FIELD_INVALID", ["--band: ", "0 to 50"], ["band_percent"]),
  value("seconds to be back for", "alerts create AAPL above 5 --rearm-for 90s", "FIELD_INVALID", [
    "--rearm-for: ",
    '"90s"',
    "1h30m",
  ]),
  value("a month to be back for", "alerts create AAPL above 5 --rearm-for 31d", "FIELD_INVALID", [
    "--rearm-for: ",
    "30d",
  ]),
  value("no fires at all", "alerts create AAPL above 5 --repeat every --max-fires 0", "FIELD_INVALID", [
    "--max-fires: ",
    "1 to 10000",
  ]),
  value(
    "a number of fires of what fires once",
    "alerts create AAPL above 5 --max-fires 2",
    "FIELD_INVALID",
    ["--max-fires: ", "once", "--repeat every"],
    ["max_fires"],
  ),
  value(
    "a time to be back for of what fires once",
    "alerts create AAPL above 5 --rearm-for 10m",
    "FIELD_INVALID",
    ["--rearm-for: ", "once", "--repeat every"],
    ["rearm_for"],
  ),
  value("too many prices in a row", "alerts create AAPL above 5 --confirm 11", "FIELD_INVALID", [
    "--confirm: ",
    "1 to 10",
  ]),
  value("a confirmed crossing", "alerts create AAPL crosses 5 --confirm 2", "FIELD_INVALID", [
    "--confirm: ",
    "crosses",
  ]),
  value("a band without room", "alerts create AAPL outside 5..5.01", "FIELD_INVALID", ["--band: ", "0.5 %", "smaller"]),
  value("an expiry in words", "alerts create AAPL above 5 --expires soon", "FIELD_INVALID", [
    "--expires: ",
    "2026-12-31",
  ]),
  value(
    "an expiry that is over",
    "alerts create AAPL above 5 --expires 2020-01-01",
    "FIELD_INVALID",
    ["--expires: ", "future"],
    ["expire_time"],
  ),
  value("an expiry without a zone", "alerts create AAPL above 5 --expires 2099-01-01T10:00", "FIELD_INVALID", [
    "--expires: ",
  ]),
  value(
    "an expiry beyond every calendar",
    { words: ["alerts", "create", "AAPL", "above", "5", "--expires", "999999d".repeat(99)] },
    "FIELD_INVALID",
    ["--expires: "],
  ),
  value(
    "an expiry in the year 300,000",
    { words: ["alerts", "create", "AAPL", "above", "5", "--expires", "999999d".repeat(90)] },
    "FIELD_INVALID",
    ["--expires: ", "not a time"],
  ),
  value(
    "a pause that is over",
    "alerts pause {id} --until 2020-01-01",
    "FIELD_INVALID",
    ["--until: ", "future"],
    ["until_time"],
  ),
  value("a pause in words", "alerts pause {id} --until tomorrow", "FIELD_INVALID", ["--until: ", '"tomorrow"']),
  value(
    "a tag in upper case",
    "alerts create AAPL above 5 --tag Tech",
    "FIELD_INVALID",
    ["--tag: ", '"tech"'],
    ["alert.tags"],
  ),
  value("a tag that is there twice", "alerts create AAPL above 5 --tag a --tag a", "FIELD_INVALID", [
    "--tag: ",
    "twice",
  ]),
  value(
    "a placeholder misspelt",
    { words: ["alerts", "create", "AAPL", "above", "5", "--note", "at {prize}"] },
    "FIELD_INVALID",
    ["--note: ", '"{price}"'],
  ),
  value("a list of two currencies", "alerts create any of AAPL, TSCO.LON above 5", "CONDITION_SYNTAX", [
    "condition: ",
    "GBX",
  ]),
  value("a band upside down", "alerts create AAPL inside 200..180", "CONDITION_SYNTAX", ["180..200"]),
  value("a changed band", "alerts update {id} --band 99", "FIELD_INVALID", ["--band: "], ["band_percent"]),
  value("a changed condition", "alerts update {id} above abc", "CONDITION_SYNTAX", ["condition: ", '"abc"'], ["text:"]),
  value("the beginning of an id that says too little", "alerts get 8c", "FIELD_INVALID", ["too short", "4 characters"]),
  value("one symbol among several", "quotes list AAPL A$", "SYMBOL_FORMAT", ["symbol: ", '"A$"'], ["symbols["]),
  value("a period of nothing", "quotes candles AAPL --period 0m", "FIELD_INVALID", ["--period", '"0m"', "5m"]),
  value("a period of part of a minute", "quotes candles AAPL --period 90s", "FIELD_INVALID", [
    "--period",
    "whole minutes",
  ]),
  value("a period of 8 days", "quotes candles AAPL --period 8d", "FIELD_INVALID", ["--period", "7 days"]),
  value("a period in words", "quotes candles AAPL --period soon", "FIELD_INVALID", ["--period", '"soon"']),
  value("a limit of nothing", "quotes candles AAPL --limit 0", "FIELD_INVALID", ["--limit", "1 to 5000"]),
  value("a limit beyond the most", "quotes candles AAPL --limit 5001", "FIELD_INVALID", ["--limit", "5000"]),
  value("a limit in halves", "quotes candles AAPL --limit 2.5", "FIELD_INVALID", ["--limit", '"2.5"']),
  value("a time in words", "quotes candles AAPL --since yesterday", "FIELD_INVALID", ["--since", "6h"]),
  value("a time without a zone", "quotes candles AAPL --since 2026-11-22T14:30", "FIELD_INVALID", ["--since"]),
  value("a day that no month has", "quotes candles AAPL --since 2026-13-01", "FIELD_INVALID", ["--since"]),
  value(
    "a span that ends before it begins",
    "quotes candles AAPL --since 1h --until 2h",
    "FIELD_INVALID",
    ["--since: "],
    ["start_time"],
  ),
  value("an address that is none", { ...typed("register ann@home"), input: "four unrelated words" }, "EMAIL_FORMAT", [
    "name@example.com",
  ]),
  value(
    "a short password",
    { ...typed("register eve@example.com"), input: "CANARY" },
    "PASSWORD_WEAK",
    ["8 to 128"],
    ["CANARY"],
  ),
  value("no password", typed("login {email}"), "FIELD_REQUIRED", ["is empty", "--password-file"]),
  value("a password file that is not there", "login {email} --password-file {folder}/nothing", "FIELD_INVALID", [
    "does not exist",
  ]),
  value("a password file that is a folder", "login {email} --password-file {folder}", "FIELD_INVALID", [
    "cannot be read",
  ]),
  value("a code that is none", "verify CODE", "CODE_WRONG", ["code", "./bell register EMAIL"]),
];

/** What is wrong with the words themselves. */
export const CLI_CASES: readonly CliCase[] = [...USAGE, ...VALUES];
