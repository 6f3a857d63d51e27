import { OutcomeKind, type DeliverRequest } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { SessionClass, type Gap, type Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { badCases, invalid, type BadCase } from "./bad-case.ts";

/** What is wrong with a quote that is otherwise sound; `now` is the server's clock. */
export type QuoteFault = (now: number) => Partial<Quote>;

const all = (price: number) => ({ open: price, high: price, low: price, close: price });
const inDays = (now: number, days: number) => new Date(now + days * 86_400_000);
const bar = { period: { seconds: 60, nanos: 0 } };

function faults(
  inputs: Readonly<Record<string, Partial<Quote> | QuoteFault>>,
  reason: BadCase<unknown>["reason"],
  ...fields: string[]
): BadCase<QuoteFault>[] {
  const give = (fault: Partial<Quote> | QuoteFault) => (typeof fault === "function" ? fault : () => fault);
  return badCases(inputs, give, invalid(reason, ...fields));
}

/** Gaps that are left out of a batch, which is taken; the sound one is of the last hour. */
export const GAP_CASES: Readonly<Record<string, (now: number) => Partial<Gap>>> = {
  "without a symbol": () => ({ symbol: "" }),
  "of a symbol in lower case": () => ({ symbol: "aapl" }),
  "of a source that has no such name": () => ({ source: "No Source" }),
  "that ends as it begins": (now) => ({ startTime: new Date(now), endTime: new Date(now) }),
  "that never begins": () => ({ startTime: undefined }),
  "that never ends": () => ({ endTime: undefined }),
  "from before 1900": () => ({ startTime: new Date(-4e12) }),
  "that ends more than five minutes from now": (now) => ({ endTime: new Date(now + 6 * 60_000) }),
  "that ends in the year 9999": () => ({ endTime: new Date("9999-12-31T00:00:00Z") }),
  "of bars of a negative length": () => ({ period: { seconds: -1, nanos: 0 } }),
};

/** Quotes that are refused by themselves, out of a batch whose others are stored; `fields` are those that the message names. */
export const QUOTE_CASES: readonly BadCase<QuoteFault>[] = [
  ...faults(
    {
      "a price that is negative": all(-1),
      "a price of zero": all(0),
      "a price of minus zero": all(-0),
      "a price that is no number": all(NaN),
      "an infinite price": all(Infinity),
      "a price below every number": all(-Infinity),
      "a price of 1e308": all(1e308),
      "the smallest double as a price": all(5e-324),
      "a price of a million million": all(1e12),
    },
    "PRICE_RANGE",
    "open",
    "high",
    "low",
    "close",
  ),
  ...faults({ "a high that is no number": { ...bar, high: NaN } }, "PRICE_RANGE", "high"),
  ...faults({ "a negative low of a bar": { ...bar, low: -1 } }, "PRICE_RANGE", "low"),
  ...faults({ "a high below the low": { ...bar, high: 180, low: 200 } }, "QUOTE_INVALID", "low", "high"),
  ...faults({ "an open above the high": { ...bar, open: 500 } }, "QUOTE_INVALID", "high"),
  ...faults({ "a close below the low": { ...bar, close: 1 } }, "QUOTE_INVALID", "low"),
  ...faults({ "a tick with two prices": { high: 191, close: 191 } }, "QUOTE_INVALID", "period"),
  ...faults(
    {
      "no symbol": { symbol: "" },
      "a symbol in lower case": { symbol: "aapl" },
      "a symbol of 33 letters": { symbol: "A".repeat(33) },
      "a symbol of 40 characters": { symbol: "A".repeat(40) },
      "a symbol with a Cyrillic letter": { symbol: "\u0410APL" },
      "a symbol that is a path": { symbol: "../AAPL" },
      "a symbol that was no text": { symbol: "A\ufffd" },
      "a symbol with NUL": { symbol: "AAPL\u0000" },
    },
    "SYMBOL_FORMAT",
    "symbol",
  ),
  ...faults(
    {
      "no source": { source: "" },
      "a source in capitals": { source: "Alpha" },
      "the source of imported prices": { source: "import" },
      "a source of 40 characters": { source: "a".repeat(40) },
      "a source with a line break": { source: "alpha\nvantage" },
    },
    "FIELD_INVALID",
    "source",
  ),
  ...faults(
    {
      "a negative period": { period: { seconds: -60, nanos: 0 } },
      "a period of 32 days": { period: { seconds: 32 * 86_400, nanos: 0 } },
      "a period of 10,000 years": { period: { seconds: 315_576_000_000, nanos: 0 } },
      "a period with a second of nanoseconds": { period: { seconds: 60, nanos: 1_000_000_000 } },
      "a period with two signs": { period: { seconds: 60, nanos: -1 } },
    },
    "QUOTE_INVALID",
    "period",
  ),
  ...faults(
    {
      "no quote time": { quoteTime: undefined },
      "a quote time before there were tickers": { quoteTime: new Date(Date.UTC(1899, 11, 31)) },
    },
    "QUOTE_INVALID",
    "quote_time",
  ),
  ...faults({ "no fetch time": { fetchTime: undefined } }, "QUOTE_INVALID", "fetch_time"),
  ...faults(
    { "a quote of two days after its fetch": (now) => ({ quoteTime: inDays(now, 2) }) },
    "QUOTE_INVALID",
    "quote_time",
  ),
  ...faults(
    {
      "a negative volume": { volume: -1 },
      "a volume that is no number": { volume: NaN },
      "an infinite volume": { volume: Infinity },
      "a volume beyond counting": { volume: 2 ** 53 },
    },
    "QUOTE_INVALID",
    "volume",
  ),
  ...faults(
    {
      "a session class that is not said": { sessionClass: SessionClass.UNSPECIFIED },
      "a session class that nobody knows": { sessionClass: 99 as SessionClass },
      "a negative session class": { sessionClass: -1 as SessionClass },
    },
    "FIELD_INVALID",
    "session_class",
  ),
  ...faults(
    {
      "everything wrong, all of it named": {
        ...all(NaN),
        symbol: "",
        source: "",
        period: { seconds: -1, nanos: 0 },
        quoteTime: undefined,
        fetchTime: undefined,
        volume: NaN,
        sessionClass: 99 as SessionClass,
      },
    },
    "SYMBOL_FORMAT",
    "symbol",
    "source",
    "period",
    "quote_time",
    "fetch_time",
    "open",
    "high",
    "low",
    "close",
    "volume",
    "session_class",
  ),
];

const putOff = { code: "FAILED_PRECONDITION", reason: "CLOCK_BEHIND" } as const;

/** Quotes that are put off until the server's clock has reached them; not refused. */
export const EARLY_CASES: readonly BadCase<QuoteFault>[] = [
  {
    name: "a quote of ten seconds ahead",
    given: (now) => ({ quoteTime: new Date(now + 10_000), fetchTime: new Date(now + 10_000) }),
    ...putOff,
  },
  {
    name: "a quote of the year 9999",
    given: () => ({ quoteTime: new Date(Date.UTC(9999, 0)), fetchTime: new Date(Date.UTC(9999, 0)) }),
    ...putOff,
  },
  { name: "a quote that will be fetched tomorrow", given: (now) => ({ fetchTime: inDays(now, 1) }), ...putOff },
  {
    name: "a bar that was fetched in time to come",
    given: (now) => ({ ...bar, fetchTime: new Date(now + 60_000) }),
    ...putOff,
  },
];

function outcome(kind: number): DeliverRequest["message"] {
  const reply = "\u001b[2J".repeat(1_000);
  return { $case: "outcome", value: { notificationId: "none", leaseToken: -1, kind: kind as OutcomeKind, reply } };
}

/** What a notifier says that cannot be; the stream ends with it. */
export const DELIVER_CASES: readonly BadCase<DeliverRequest["message"]>[] = [
  ...badCases(
    { "an outcome that is not said": 0, "an outcome that nobody knows": 99, "a negative outcome": -1 },
    outcome,
    invalid("FIELD_INVALID", "outcome.kind"),
  ),
  {
    name: "an outcome of a delivery that never was",
    given: outcome(OutcomeKind.TAKEN),
    code: "NOT_FOUND",
    reason: "NOTIFICATION_NOT_FOUND",
  },
];

/** Symbols that cannot be watched. */
export const WATCH_CASES: readonly BadCase<string[]>[] = [
  { name: "a symbol that is none", given: ["AAPL", "a b"], ...invalid("SYMBOL_FORMAT", "symbols[1]") },
  { name: "an empty symbol", given: [""], ...invalid("SYMBOL_FORMAT", "symbols[0]") },
  {
    name: "two symbols that are none",
    given: ["$", "IBM", "\u0000"],
    ...invalid("SYMBOL_FORMAT", "symbols[0]", "symbols[2]"),
  },
  { name: "101 symbols", given: Array<string>(101).fill("AAPL"), ...invalid("FIELD_INVALID", "symbols") },
  { name: "10,001 symbols", given: Array<string>(10_001).fill("A"), ...invalid("FIELD_INVALID", "symbols") },
];
