import type { Condition, CrossDirection } from "../../proto/gen/tickerbell/v1/condition.ts";
import { badCases, invalid, type BadCase } from "./bad-case.ts";
import type { UnaryCall } from "./unary-world.ts";

type Kind = NonNullable<Parameters<typeof Condition.fromPartial>[0]>["kind"];

const made =
  (kind: Kind, symbol = "AAPL"): UnaryCall =>
  (world) =>
    world.create({ alert: { symbol, condition: { kind } } });
const written =
  (text: string): UnaryCall =>
  (world) =>
    world.create({ text });

const LEVELS: Readonly<Record<string, number>> = {
  "that is no number": NaN,
  "that is infinite": Infinity,
  "that is negative": -1,
  "of zero": 0,
  "of a million million": 1e12,
  "of the smallest double there is": 5e-324,
};

const FORS = {
  "for a negative minute": { seconds: -60, nanos: 0 },
  "for 30 seconds": { seconds: 30, nanos: 0 },
  "for 90 seconds": { seconds: 90, nanos: 0 },
  "for a minute and a nanosecond": { seconds: 60, nanos: 1 },
  "for a minute that is written as nanoseconds": { seconds: 59, nanos: 1_000_000_000 },
  "for a minute with two signs": { seconds: 61, nanos: -1_000_000_000 },
  "for 30 days and a minute": { seconds: 2_592_060, nanos: 0 },
  "for 10,000 years": { seconds: 315_576_000_000, nanos: 0 },
  "for as many seconds as there are": { seconds: Number.MAX_SAFE_INTEGER, nanos: 0 },
};

/** Every level of every kind by itself: [the kind's name, the condition with that level, the field]. */
const WITH_LEVEL: readonly (readonly [name: string, kind: (level: number) => Kind, field: string])[] = [
  ["above", (level) => ({ $case: "above", value: { level } }), "above.level"],
  ["below", (level) => ({ $case: "below", value: { level } }), "below.level"],
  ["crosses", (level) => ({ $case: "crosses", value: { level, direction: 1 } }), "crosses.level"],
  ["inside, its lower", (lower) => ({ $case: "inside", value: { lower, upper: 200 } }), "inside.lower"],
  ["inside, its upper", (upper) => ({ $case: "inside", value: { lower: 1e-12, upper } }), "inside.upper"],
  ["outside, its lower", (lower) => ({ $case: "outside", value: { lower, upper: 200 } }), "outside.lower"],
  ["outside, its upper", (upper) => ({ $case: "outside", value: { lower: 1e-12, upper } }), "outside.upper"],
];

type ForDuration = (typeof FORS)[keyof typeof FORS];
const WITH_FOR: readonly (readonly [kind: string, of: (forDuration: ForDuration) => Kind])[] = [
  ["above", (forDuration) => ({ $case: "above", value: { level: 200, forDuration } })],
  ["below", (forDuration) => ({ $case: "below", value: { level: 200, forDuration } })],
  ["inside", (forDuration) => ({ $case: "inside", value: { lower: 100, upper: 200, forDuration } })],
  ["outside", (forDuration) => ({ $case: "outside", value: { lower: 100, upper: 200, forDuration } })],
];

const DIRECTIONS = { "no direction": 0, "a direction that nobody knows": 4, "a negative direction": -1 };

const BANDS: Readonly<Record<string, readonly [lower: number, upper: number]>> = {
  "a band upside down": [200, 100],
  "a band of one price": [200, 200],
};

/** Texts, with what is wrong about each. */
const TEXTS: Readonly<Record<string, readonly [text: string, reason: BadCase<UnaryCall>["reason"], says: string]>> = {
  "a written band upside down": ["AAPL inside 200..180", "CONDITION_SYNTAX", "180..200"],
  "a written band of one price": ["AAPL inside 200..200", "CONDITION_SYNTAX", "greater"],
  "a written band without its end": ["AAPL inside 200..", "CONDITION_SYNTAX", "missing"],
  "a written band without its beginning": ["AAPL outside ..200", "CONDITION_SYNTAX", ".."],
  "a written band of one level": ["AAPL outside 200", "CONDITION_SYNTAX", ".."],
  "a written band with a dash": ["AAPL inside 180-200", "CONDITION_SYNTAX", "180..200"],
  "a written band from no price": ["AAPL inside 0..200", "PRICE_RANGE", '"0"'],
  "a written band to no price": ["AAPL inside 1..1000000000000", "PRICE_RANGE", "1000000000000"],
  "a band where a level should be": ["AAPL above 180..200", "CONDITION_SYNTAX", "inside 180..200"],
  between: ["AAPL between 180 and 200", "CONDITION_SYNTAX", "inside"],
  "a for without a duration": ["AAPL above 200 for", "CONDITION_SYNTAX", "10m"],
  "a for of no minutes": ["AAPL above 200 for 0m", "FIELD_INVALID", "1m to 30d"],
  "a for of 31 days": ["AAPL above 200 for 31d", "FIELD_INVALID", "1m to 30d"],
  "a for of seconds": ["AAPL above 200 for 90s", "FIELD_INVALID", '"90s"'],
  "a for of halves": ["AAPL above 200 for 1.5h", "FIELD_INVALID", '"1.5h"'],
  "a for with its units turned round": ["AAPL above 200 for 30m1h", "FIELD_INVALID", '"30m1h"'],
  "a for in words": ["AAPL above 200 for long", "FIELD_INVALID", '"long"'],
  "a for with Arabic digits": ["AAPL above 200 for \u0661\u0660m", "FIELD_INVALID", "10m"],
  "a for twice": ["AAPL above 200 for 1h for 2h", "CONDITION_SYNTAX", '"for"'],
  "a for before its level": ["AAPL above for 10m 200", "CONDITION_SYNTAX", '"for"'],
  "a crossing that lasts": ["AAPL crosses up 200 for 10m", "CONDITION_SYNTAX", "above 200.00 for 10m"],
  "a list without its beginning": ["AAPL, MSFT below 100", "CONDITION_SYNTAX", "any of"],
  "a list of nothing": ["any of below 100", "CONDITION_SYNTAX", "symbol"],
  "a list that begins with a comma": ["any of , AAPL below 100", "CONDITION_SYNTAX", "symbol"],
  "a list with a symbol missing": ["any of AAPL,, MSFT below 100", "CONDITION_SYNTAX", "symbol"],
  "a list without commas": ["any of AAPL MSFT below 100", "CONDITION_SYNTAX", '","'],
  "a list with a symbol that is none": ["any of AAPL, A$ below 100", "SYMBOL_FORMAT", '"A$"'],
  "a list with a symbol twice": ["any of AAPL, MSFT, aapl below 100", "CONDITION_SYNTAX", "AAPL is in the list twice"],
  "a list of two currencies": ["any of AAPL, TSCO.LON below 100", "CONDITION_SYNTAX", "GBX"],
  "a list of 51": [
    `any of ${Array.from({ length: 51 }, (_none, at) => `S${at}`).join(", ")} below 100`,
    "CONDITION_SYNTAX",
    "at most 50",
  ],
  "all of": ["all of AAPL, MSFT below 100", "CONDITION_SYNTAX", "any of"],
};

const ofList = (symbols: string[], symbol = ""): UnaryCall => {
  const condition = { kind: { $case: "below", value: { level: 100 } } } as const;
  return (world) => world.create({ alert: { symbol, symbols, condition } });
};

const LISTS: readonly BadCase<UnaryCall>[] = [
  { name: "a list of one symbol", given: ofList(["AAPL"]), ...invalid("FIELD_INVALID", "alert.symbols") },
  {
    name: "a list with two bad symbols, by their places",
    given: ofList(["AAPL", "$", "IBM", ""]),
    ...invalid("SYMBOL_FORMAT", "alert.symbols[1]", "alert.symbols[3]"),
  },
  {
    name: "a list with a symbol twice, by its second place",
    given: ofList(["AAPL", "IBM", "aapl"]),
    ...invalid("FIELD_INVALID", "alert.symbols[2]"),
    says: ["AAPL"],
  },
  {
    name: "a list of unlike currencies, both named",
    given: ofList(["AAPL", "TSCO.LON"]),
    ...invalid("FIELD_INVALID", "alert.symbols[1]"),
    says: ["GBX", "USD"],
  },
  {
    name: "a list of 51 symbols",
    given: ofList(Array.from({ length: 51 }, (_none, at) => `S${at}`)),
    ...invalid("FIELD_INVALID", "alert.symbols[50]"),
  },
  {
    name: "a list that begins with another symbol than the one beside it",
    given: ofList(["AAPL", "IBM"], "IBM"),
    ...invalid("FIELD_INVALID", "alert.symbols"),
  },
  {
    name: "a list together with a text",
    given: (world) => world.create({ text: "AAPL above 1", alert: { symbols: ["AAPL", "IBM"] } }),
    ...invalid("FIELD_INVALID", "text"),
  },
];

/** Conditions that cannot be: every field of every kind, and the texts that mean them. */
export const CONDITION_CASES: readonly BadCase<UnaryCall>[] = [
  ...WITH_LEVEL.flatMap(([name, of, field]) =>
    Object.entries(LEVELS).map(([fault, level]) => ({
      name: `${name}, at a level ${fault}`,
      given: made(of(level)),
      ...invalid("PRICE_RANGE", `alert.condition.${field}`),
    })),
  ),
  ...WITH_FOR.flatMap(([kind, of]) =>
    Object.entries(FORS).map(([fault, forDuration]) => ({
      name: `${kind} ${fault}`,
      given: made(of(forDuration)),
      ...invalid("FIELD_INVALID", `alert.condition.${kind}.for_duration`),
    })),
  ),
  ...(["inside", "outside"] as const).flatMap((kind) =>
    badCases(
      Object.fromEntries(Object.entries(BANDS).map(([name, band]) => [`${kind} ${name}`, band])),
      ([lower, upper]) => made({ $case: kind, value: { lower, upper } }),
      invalid("FIELD_INVALID", `alert.condition.${kind}.upper`),
    ),
  ),
  ...badCases(
    DIRECTIONS,
    (direction) => made({ $case: "crosses", value: { level: 1, direction: direction as CrossDirection } }),
    invalid("FIELD_INVALID", "alert.condition.crosses.direction"),
  ),
  {
    name: "a band of which everything is wrong, all of it named",
    given: made({ $case: "outside", value: { lower: -1, upper: NaN, forDuration: { seconds: 1 } } }),
    ...invalid("PRICE_RANGE", ...["lower", "upper", "for_duration"].map((field) => `alert.condition.outside.${field}`)),
  },
  ...Object.entries(TEXTS).map(([name, [text, reason, says]]) => ({
    name: `the text of ${name}`,
    given: written(text),
    ...invalid(reason, "text"),
    says: [says],
  })),
  ...LISTS,
];
