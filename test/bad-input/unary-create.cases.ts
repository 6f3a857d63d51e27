import type { AlreadyTrue, Repeat } from "../../proto/gen/tickerbell/v1/alert.ts";
import { AlertServiceService as alerts } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import type { CrossDirection } from "../../proto/gen/tickerbell/v1/condition.ts";
import { badCases, invalid, type BadCase } from "./bad-case.ts";
import type { UnaryCall } from "./unary-world.ts";

const above = (level: number) => ({ kind: { $case: "above", value: { level } } }) as const;
const crosses = (level: number, direction: number) =>
  ({ kind: { $case: "crosses", value: { level, direction: direction as CrossDirection } } }) as const;

const SYMBOLS: Readonly<Record<string, string>> = {
  "a symbol that is a blank": " ",
  "a symbol of 33 letters": "A".repeat(33),
  "a symbol with a Cyrillic letter": "\u0410APL",
  "a symbol in full-width letters": "\uff21\uff21\uff30\uff2c",
  "a symbol with a mark that turns the writing direction": "AA\u200fPL",
  "a symbol with NUL": "AAPL\u0000",
  "a symbol with a line break": "AAPL\r\n",
  "a symbol that closes a statement": "'; DROP TABLE alerts; --",
  "a symbol that climbs a path": "../../etc/passwd",
  "a symbol that is a formula": "=cmd|'/c calc'!A1",
  "a symbol that is an option": "--help",
  "a symbol that is an emoji": "\u{1f514}",
  "a symbol that was no text": "A\ufffdPL",
  "a symbol of 10,000 letters": "A".repeat(10_000),
};

const LEVELS: Readonly<Record<string, number>> = {
  "a level that is no number": NaN,
  "an infinite level": Infinity,
  "a level below every number": -Infinity,
  "a negative level": -1,
  "a level of zero": 0,
  "a level of minus zero": -0,
  "a level beyond every price": 1e308,
  "a level of a million million": 1e12,
  "the smallest double there is as a level": 5e-324,
};

const TYPED_LEVELS: Readonly<Record<string, string>> = {
  "a typed level with an exponent": "1e3",
  "a typed level with a capital exponent": "1E3",
  "a typed level with a separator": "1,000.5",
  "a typed level with a decimal comma": "200,5",
  "a typed level of zero": "0",
  "a typed level with a minus": "-5",
  "a typed level with a plus": "+5",
  "a typed level with nothing before the point": ".5",
  "a typed level with nothing after the point": "5.",
  "a typed level with two points": "1.2.3",
  "a typed level in hexadecimal": "0x10",
  "a typed level of a million million": "1000000000000",
  "a typed level of 41 digits": "1".repeat(41),
  "a typed level with a percent sign": "5%",
};

const CONDITION_TEXTS: Readonly<Record<string, string>> = {
  "a text of blanks": "   ",
  "a text with a symbol alone": "AAPL",
  "a text without a level": "AAPL above",
  "a text without a symbol": "above 200",
  "a text with a word too many": "AAPL above 200 please",
  "a text with a sign for a word": "AAPL > 200",
  "a text that misspells its kind": "AAPL abve 200",
  "a text that crosses sideways": "AAPL crosses sideways 200",
  "a text with a level in Arabic digits": "AAPL above \u0663\u0660\u0660",
  "a text with a level in full-width digits": "AAPL above \uff12\uff10\uff10",
  "a text with a level in words": "AAPL above two hundred",
  "a text that names a level not a number": "AAPL above NaN",
  "a text that names an infinite level": "AAPL above Infinity",
  "a text with a currency": "AAPL above $200",
  "a text of two conditions": "AAPL above 200 AND IBM below 100",
  "a text of 2,001 characters": `AAPL above ${"0".repeat(1_990)}`,
  "a text of 100,000 characters": "AAPL above 200 ".repeat(6_700),
};

const NOTES: Readonly<Record<string, string>> = {
  "a note of 201 characters": "x".repeat(201),
  "a note of 201 emoji": "\u{1f514}".repeat(201),
  "a note of 10,000 characters": "x".repeat(10_000),
  "a note with a line break": "sell\nhalf",
  "a note that would be a header": "sell\r\nBcc: evil@example.com",
  "a note with NUL": "sell\u0000half",
  "a note with a terminal's escape": "\u001b[2J",
  "a note with a terminal's other escape": "\u009b31m",
  "a note that turns the writing direction": "\u202esell",
  "a note with a line separator": "sell\u2028half",
  "a note that was no text": "sell \ufffd half",
  "a note with half a character": "sell \ud800 half",
  "a note with a tab": "sell\thalf",
};

const BANDS: Readonly<Record<string, string>> = {
  "a negative band": "-0.5",
  "a band over 50": "50.1",
  "a band with five decimals": "0.12345",
  "a band with an exponent": "5e-1",
  "a band with a sign for percent": "0.5%",
  "a band that is no number": "NaN",
  "a band with a comma": "0,5",
  "a band in Arabic digits": "\u0665",
};

const REQUEST_IDS: Readonly<Record<string, string>> = {
  "a request id that is no UUID": "42",
  "a request id in braces": "{8c1f02ab-1111-4222-8333-444455556666}",
  "a request id with a letter too many": "8c1f02ab-1111-4222-8333-4444555566667",
  "a request id with a blank": " 8c1f02ab-1111-4222-8333-444455556666",
};

/** A CreateAlertRequest with this text, a character a byte. */
const textBytes = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0x12, text.length]), Buffer.from(text, "latin1")]);

/** Alerts that cannot be made. */
export const CREATE_CASES: readonly BadCase<UnaryCall>[] = [
  ...badCases(
    SYMBOLS,
    (symbol): UnaryCall =>
      (world) =>
        world.create({ alert: { symbol, condition: above(200) } }),
    invalid("SYMBOL_FORMAT", "alert.symbol"),
  ),
  ...badCases(
    LEVELS,
    (level): UnaryCall =>
      (world) =>
        world.create({ alert: { symbol: "AAPL", condition: above(level) } }),
    invalid("PRICE_RANGE", "alert.condition.above.level"),
  ),
  ...badCases(
    TYPED_LEVELS,
    (level): UnaryCall =>
      (world) =>
        world.create({ text: `AAPL above ${level}` }),
    invalid("PRICE_RANGE", "text"),
  ),
  ...badCases(
    CONDITION_TEXTS,
    (text): UnaryCall =>
      (world) =>
        world.create({ text }),
    invalid("CONDITION_SYNTAX", "text"),
  ),
  ...badCases(
    NOTES,
    (note): UnaryCall =>
      (world) =>
        world.create({ text: "AAPL above 200", alert: { note } }),
    invalid("FIELD_INVALID", "alert.note"),
  ),
  ...badCases(
    BANDS,
    (bandPercent): UnaryCall =>
      (world) =>
        world.create({ text: "AAPL above 200", alert: { bandPercent } }),
    invalid("FIELD_INVALID", "alert.band_percent"),
  ),
  ...badCases(
    REQUEST_IDS,
    (requestId): UnaryCall =>
      (world) =>
        world.create({ text: "AAPL above 200", requestId }),
    invalid("FIELD_INVALID", "request_id"),
  ),
  {
    name: "a request for nothing",
    given: (world) => world.create({}),
    ...invalid("FIELD_REQUIRED", "alert.symbol", "alert.condition"),
  },
  {
    name: "a condition of no kind",
    given: (world) => world.create({ alert: { symbol: "AAPL", condition: {} } }),
    ...invalid("FIELD_REQUIRED", "alert.condition"),
    says: ["above, below, crosses, inside, outside"],
  },
  {
    name: "a text together with a condition",
    given: (world) => world.create({ text: "AAPL above 200", alert: { condition: above(200) } }),
    ...invalid("FIELD_INVALID", "text"),
  },
  {
    name: "a direction that is not said",
    given: (world) => world.create({ alert: { symbol: "AAPL", condition: crosses(200, 0) } }),
    ...invalid("FIELD_INVALID", "alert.condition.crosses.direction"),
  },
  {
    name: "a direction that nobody knows, and its level, both at once",
    given: (world) => world.create({ alert: { symbol: "AAPL", condition: crosses(-1, 99) } }),
    ...invalid("FIELD_INVALID", "alert.condition.crosses.direction", "alert.condition.crosses.level"),
  },
  {
    name: "a repeat that nobody knows",
    given: (world) => world.create({ text: "AAPL above 200", alert: { repeat: 99 as Repeat } }),
    ...invalid("FIELD_INVALID", "alert.repeat"),
  },
  {
    name: "a negative repeat",
    given: (world) => world.create({ text: "AAPL above 200", alert: { repeat: -1 as Repeat } }),
    ...invalid("FIELD_INVALID", "alert.repeat"),
  },
  {
    name: "a wish for what is true already that nobody knows",
    given: (world) => world.create({ text: "AAPL above 200", alert: { alreadyTrue: 99 as AlreadyTrue } }),
    ...invalid("FIELD_INVALID", "alert.already_true"),
  },
  {
    name: "six bad fields, each of them named",
    given: (world) =>
      world.create({
        alert: {
          symbol: "",
          condition: above(NaN),
          repeat: 9 as Repeat,
          alreadyTrue: 9 as AlreadyTrue,
          bandPercent: "x",
          note: "\u0007",
        },
        requestId: "x",
      }),
    ...invalid(
      "FIELD_REQUIRED",
      "alert.symbol",
      "alert.condition.above.level",
      "alert.repeat",
      "alert.already_true",
      "alert.band_percent",
      "alert.note",
      "request_id",
    ),
  },
  {
    name: "a request that is cut off",
    given: (world) => world.sendBytes(alerts.createAlert.path, textBytes("AAPL above 200").subarray(0, 9)),
    code: "INTERNAL", // not a message at all: gRPC's own convention
    reason: "INTERNAL_ERROR",
  },
  {
    name: "a request that is garbage",
    given: (world) => world.sendBytes(alerts.createAlert.path, Buffer.alloc(100, 0xff)),
    code: "INTERNAL",
    reason: "INTERNAL_ERROR",
  },
  {
    name: "a text with a byte that is no letter",
    given: (world) => world.sendBytes(alerts.createAlert.path, textBytes("AA\xffPL above 200")),
    ...invalid("SYMBOL_FORMAT", "text"),
  },
  {
    name: "a text with an overlong slash",
    given: (world) => world.sendBytes(alerts.createAlert.path, textBytes("A\xc0\xafB above 200")),
    ...invalid("SYMBOL_FORMAT", "text"),
  },
];
