import { AlertServiceService as alerts } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { NotificationServiceService as notifications } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { ListCandlesRequest, QuoteServiceService as quotes } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { badCases, invalid, type BadCase } from "./bad-case.ts";
import { timeBytes } from "./time-bytes.ts";
import type { UnaryCall, UnaryWorld } from "./unary-world.ts";

/** Nothing has it. */
export const RANDOM_ID = "00000000-0000-4000-8000-000000000000";
const PAGE = { filter: "", pageSize: 1, pageToken: "" };
const candles = (world: UnaryWorld, request: Parameters<typeof ListCandlesRequest.fromPartial>[0]) =>
  world.ask(quotes.listCandles, ListCandlesRequest.fromPartial({ symbol: "AAPL", ...request }));

/** What is no id. */
export const BAD_IDS: Readonly<Record<string, string>> = {
  "an id with a blank": "8c1f 02ab",
  "an id with a path": "../alerts/1",
  "an id with a quote": "' OR 1=1 --",
  "an id of 65 characters": "a".repeat(65),
  "an id with NUL": "a\u0000b",
  "an id that is no ASCII": "\u00e9\u00e9\u00e9",
};

const FILTERS: Readonly<Record<string, string>> = {
  "a filter with an unknown field": "owner=bob",
  "a filter with the user": "user_id=1",
  "a filter with a tag that is none": "tag=Tech Stocks",
  "a filter with two tags": "tag=swing AND tag=tech",
  "a filter in SQL": "1=1; DROP TABLE alerts",
  "a filter with a quote": "symbol='AAPL'",
  "a filter with an unknown state": "state=RINGING",
  "a filter with the state in lower case": "state=armed",
  "a filter with the same field twice": "symbol=AAPL AND symbol=IBM",
  "a filter with OR": "symbol=AAPL OR symbol=IBM",
  "a filter that ends in AND": "symbol=AAPL AND ",
  "a filter with the prototype": "__proto__=1",
  "a filter of 10,000 characters": "symbol=AAPL".padEnd(10_000, "A"),
};

const TOKENS: Readonly<Record<string, string>> = {
  "a page token of garbage": "garbage",
  "a page token of bytes": "\u0000\u0001\u0002",
  "a page token of a number": "MQ",
  "a page token of 100,000 characters": "A".repeat(100_000),
};

const PERIODS = {
  "a period of nothing": { seconds: 0, nanos: 0 },
  "a negative period": { seconds: -60, nanos: 0 },
  "a period of part of a minute": { seconds: 90, nanos: 0 },
  "a period of a minute that is written as nanoseconds": { seconds: 59, nanos: 1_000_000_000 },
  "a period with two signs": { seconds: 61, nanos: -999_999_999 },
  "a period of 8 days": { seconds: 691_200, nanos: 0 },
  "a period of 10,000 years": { seconds: 315_576_000_000, nanos: 0 },
  "a period of as many seconds as there are": { seconds: Number.MAX_SAFE_INTEGER, nanos: 0 },
};

const PAUSE_ENDS = {
  "a pause until the beginning of time": 0,
  "a pause until a second ago": Math.floor(Date.now() / 1_000) - 1,
  "a pause until before any exchange": -1e11,
  "a pause until the year 10,000": 253_402_300_800,
};
const pauses = (world: UnaryWorld, untilTime: Date | undefined, id = world.alert.id) =>
  world.ask(alerts.pauseAlert, { id, untilTime });

/** The token of the first page. */
const tokenOf = async (world: UnaryWorld, token: string): Promise<string> =>
  (await world.ask(alerts.listAlerts, PAGE, { token })).nextPageToken;
const readsOn = (world: UnaryWorld, pageToken: string, filter = "") =>
  world.ask(alerts.listAlerts, { ...PAGE, filter, pageToken });

const LISTS: readonly BadCase<UnaryCall>[] = [
  ...badCases(
    FILTERS,
    (filter): UnaryCall =>
      (world) =>
        world.ask(alerts.listAlerts, { ...PAGE, filter }),
    invalid("FILTER", "filter"),
  ),
  ...badCases(
    TOKENS,
    (pageToken): UnaryCall =>
      (world) =>
        readsOn(world, pageToken),
    invalid("PAGE_TOKEN", "page_token"),
  ),
  {
    name: "a filter of notifications by what only alerts have",
    given: (world) => world.ask(notifications.listNotifications, { ...PAGE, filter: "repeat=ONCE" }),
    ...invalid("FILTER", "filter"),
  },
  {
    name: "another user's page token",
    given: async (world) => readsOn(world, await tokenOf(world, world.bob.token)),
    ...invalid("PAGE_TOKEN", "page_token"),
  },
  {
    name: "a page token with another filter",
    given: async (world) => readsOn(world, await tokenOf(world, world.ann.token), "symbol=AAPL"),
    ...invalid("PAGE_TOKEN", "page_token"),
    says: ["same filter"],
  },
  {
    name: "a page token with something added",
    given: async (world) => readsOn(world, `${await tokenOf(world, world.ann.token)}!`),
    ...invalid("PAGE_TOKEN", "page_token"),
  },
  {
    name: "a page token of another listing",
    given: async (world) =>
      world.ask(notifications.listNotifications, { ...PAGE, pageToken: `${await tokenOf(world, world.ann.token)}x` }),
    ...invalid("PAGE_TOKEN", "page_token"),
  },
  {
    name: "a negative page",
    given: (world) => world.ask(alerts.listAlerts, { ...PAGE, pageSize: -1 }),
    ...invalid("FIELD_INVALID", "page_size"),
  },
  {
    name: "a list with everything wrong, all of it named",
    given: (world) => world.ask(alerts.listAlerts, { filter: "x", pageSize: -5, pageToken: "x" }),
    ...invalid("FILTER", "filter", "page_token", "page_size"),
  },
];

const READS: readonly BadCase<UnaryCall>[] = [
  ...badCases(
    BAD_IDS,
    (id): UnaryCall =>
      (world) =>
        world.ask(alerts.getAlert, { id }),
    invalid("FIELD_INVALID", "id"),
  ),
  { name: "no id", given: (world) => pauses(world, undefined, ""), ...invalid("FIELD_REQUIRED", "id") },
  ...badCases(
    PAUSE_ENDS,
    (seconds): UnaryCall =>
      (world) =>
        pauses(world, new Date(seconds * 1_000)),
    invalid("FIELD_INVALID", "until_time"),
  ),
  {
    name: "a pause until a time that is none, of no alert, both at once",
    given: (world) => pauses(world, new Date(0), ""),
    ...invalid("FIELD_REQUIRED", "id", "until_time"),
  },
  {
    name: "a pause until a second that no calendar of ours reaches",
    given: (world) => world.sendBytes(alerts.pauseAlert.path, timeBytes(world.alert.id, 0x12, 1e15)),
    ...invalid("FIELD_INVALID", "until_time"),
  },
  {
    name: "another user's alert, in the words for one that never was",
    given: (world) => world.ask(alerts.getAlert, { id: world.bobsAlert.id }),
    code: "NOT_FOUND",
    reason: "ALERT_NOT_FOUND",
  },
  {
    name: "an alert that never was",
    given: (world) => world.ask(alerts.resumeAlert, { id: RANDOM_ID }),
    code: "NOT_FOUND",
    reason: "ALERT_NOT_FOUND",
  },
  {
    name: "resuming what watches already",
    given: (world) => world.ask(alerts.resumeAlert, { id: world.alert.id }),
    code: "FAILED_PRECONDITION",
    reason: "STATE_CONFLICT",
  },
  {
    name: "a notification that never was",
    given: (world) => world.ask(notifications.getNotification, { id: RANDOM_ID }),
    code: "NOT_FOUND",
    reason: "NOTIFICATION_NOT_FOUND",
  },
  {
    name: "a deletion of none",
    given: (world) => world.ask(alerts.batchDeleteAlerts, { ids: [] }),
    ...invalid("FIELD_INVALID", "ids"),
  },
  {
    name: "a deletion of 1,001",
    given: (world) => world.ask(alerts.batchDeleteAlerts, { ids: Array<string>(1_001).fill(world.alert.id) }),
    ...invalid("FIELD_INVALID", "ids"),
  },
  {
    name: "a deletion with two bad ids, by their places",
    given: (world) => world.ask(alerts.batchDeleteAlerts, { ids: [world.alert.id, "a b", "", RANDOM_ID] }),
    ...invalid("FIELD_INVALID", "ids[1]", "ids[2]"),
  },
  {
    name: "a deletion of which one is another user's, whole",
    given: (world) => world.ask(alerts.batchDeleteAlerts, { ids: [world.alert.id, world.bobsAlert.id] }),
    code: "NOT_FOUND",
    reason: "ALERT_NOT_FOUND",
  },
  {
    name: "a thousand bad ids with an error that still arrives",
    given: (world) => world.ask(alerts.batchDeleteAlerts, { ids: Array<string>(1_000).fill("\u2028".repeat(60)) }),
    ...invalid("FIELD_INVALID", ...Array.from({ length: 20 }, (_none, index) => `ids[${index}]`)),
  },
  {
    name: "a symbol without a price",
    given: (world) => world.ask(quotes.getQuote, { symbol: "NOPE" }),
    code: "NOT_FOUND",
    reason: "QUOTE_NOT_FOUND",
    says: ["./bell symbols list", "./bell symbols add NOPE"],
  },
  {
    name: "a price of no symbol",
    given: (world) => world.ask(quotes.getQuote, { symbol: "" }),
    ...invalid("SYMBOL_FORMAT", "symbol"),
  },
  {
    name: "two bad symbols among many, by their places",
    given: (world) => world.ask(quotes.listQuotes, { symbols: ["AAPL", "$", "IBM", ""] }),
    ...invalid("SYMBOL_FORMAT", "symbols[1]", "symbols[3]"),
  },
  {
    name: "101 symbols",
    given: (world) => world.ask(quotes.listQuotes, { symbols: Array<string>(101).fill("AAPL") }),
    ...invalid("FIELD_INVALID", "symbols"),
  },
  ...badCases(
    PERIODS,
    (period): UnaryCall =>
      (world) =>
        candles(world, { period }),
    invalid("FIELD_INVALID", "period"),
  ),
  {
    name: "candles from a time that is none",
    given: (world) => world.sendBytes(quotes.listCandles.path, timeBytes("AAPL", 0x1a, 1e15)),
    ...invalid("FIELD_INVALID", "start_time"),
  },
  {
    name: "candles that end before they begin",
    given: (world) => candles(world, { startTime: new Date(2_000), endTime: new Date(1_000) }),
    ...invalid("FIELD_INVALID", "start_time"),
  },
  {
    name: "candles of a negative page and no symbol",
    given: (world) => candles(world, { symbol: "", pageSize: -1 }),
    ...invalid("SYMBOL_FORMAT", "symbol", "page_size"),
  },
  {
    name: "candles with a page token of garbage",
    given: (world) => candles(world, { pageToken: "garbage" }),
    ...invalid("PAGE_TOKEN", "page_token"),
  },
];

/** What cannot be read or deleted. */
export const READING_CASES: readonly BadCase<UnaryCall>[] = [...LISTS, ...READS];
