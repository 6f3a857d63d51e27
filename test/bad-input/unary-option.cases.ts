import type { Alert, AlertSession, AlreadyTrue, Repeat } from "../../proto/gen/tickerbell/v1/alert.ts";
import { badCases, invalid, type BadCase } from "./bad-case.ts";
import type { UnaryCall } from "./unary-world.ts";

type Options = Parameters<typeof Alert.fromPartial>[0];
const REPEAT_EVERY: Repeat = 2;

const COUNTS = { negative: -1, "beyond the most": 10_001, "of 32 bits": 2 ** 31 - 1 };
const CONFIRMS = { negative: -1, eleven: 11, "of 32 bits": 2 ** 31 - 1 };
const REARMS = {
  "a rearm for of 30 seconds": { seconds: 30, nanos: 0 },
  "a rearm for of less than nothing": { seconds: -60, nanos: 0 },
  "a rearm for of 31 days": { seconds: 2_678_400, nanos: 0 },
  "a rearm for of a minute and a nanosecond": { seconds: 60, nanos: 1 },
  "a rearm for with two signs": { seconds: 120, nanos: -60 },
  "a rearm for of 10,000 years": { seconds: 315_576_000_000, nanos: 0 },
};
const CHOICES = { "nobody knows": 99, "is negative": -1 };
const EXPIRIES = {
  "an expiry at the beginning of time": 0,
  "an expiry a second ago": Math.floor(Date.now() / 1_000) - 1,
  "an expiry before any exchange": -1e11,
  "an expiry in the year 10,000": 253_402_300_800,
};
const TAGS: Readonly<Record<string, readonly [tags: string[], ...bad: number[]]>> = {
  "an empty tag": [[""], 0],
  "a tag in upper case": [["swing", "Tech"], 1],
  "a tag of two words": [["tech stocks"], 0],
  "a tag of 33 letters": [["a".repeat(33)], 0],
  "a tag that is no ASCII": [["t\u00e9ch"], 0],
  "a tag with a line break": [["tech\n"], 0],
  "a tag with NUL": [["te\u0000ch"], 0],
  "a tag that was no text": [["te\ufffdch"], 0],
  "a tag of 10,000 letters": [["x".repeat(10_000)], 0],
  "a tag that is there twice": [["swing", "tech", "swing"], 2],
  "two bad tags among good ones": [["a", "B", "c", " "], 1, 3],
};
const NOTES: Readonly<Record<string, readonly [note: string, says: string]>> = {
  "a note with an unknown placeholder": ["now {prize}", "{price}"],
  "a note with a placeholder in upper case": ["{Symbol}", "{symbol}"],
  "a note with a blank in a placeholder": ["{ price }", "{price}"],
  "a note with an empty placeholder": ["{}", "placeholder"],
  "a note with a lone brace": ["sell } half", "stands alone"],
  "a note with a brace that does not end": ["at {price", "stands alone"],
  "a note with the prototype for a placeholder": ["{__proto__}", "placeholder"],
};

const made =
  (options: Options, text = "AAPL above 200"): UnaryCall =>
  (world) =>
    world.create({ text, alert: options });
/** The same as a change of an alert. */
const changed =
  (options: Options, ...mask: string[]): UnaryCall =>
  (world) =>
    world.update(options, mask);

const both = (name: string, options: Options, path: string): BadCase<UnaryCall>[] => [
  { name, given: made(options), ...invalid("FIELD_INVALID", `alert.${path}`) },
  { name: `${name}, in a change`, given: changed(options, path), ...invalid("FIELD_INVALID", `alert.${path}`) },
];

const VALUES: readonly BadCase<UnaryCall>[] = [
  ...Object.entries(COUNTS).flatMap(([name, maxFires]) =>
    both(`max fires that are ${name}`, { maxFires, repeat: REPEAT_EVERY }, "max_fires"),
  ),
  ...Object.entries(CONFIRMS).flatMap(([name, confirm]) => both(`a confirm that is ${name}`, { confirm }, "confirm")),
  ...Object.entries(REARMS).flatMap(([name, rearmFor]) => both(name, { rearmFor }, "rearm_for")),
  ...Object.entries(CHOICES).flatMap(([name, value]) => [
    ...both(`a session that ${name}`, { session: value as AlertSession }, "session"),
    ...both(`a repeat that ${name}`, { repeat: value as Repeat }, "repeat"),
    ...both(`a wish for what is true already that ${name}`, { alreadyTrue: value as AlreadyTrue }, "already_true"),
  ]),
  ...Object.entries(EXPIRIES).flatMap(([name, seconds]) =>
    both(name, { expireTime: new Date(seconds * 1_000) }, "expire_time"),
  ),
  ...Object.entries(TAGS).map(([name, [tags, ...bad]]) => ({
    name,
    given: made({ tags }),
    ...invalid("FIELD_INVALID", ...bad.map((at) => `alert.tags[${at}]`)),
  })),
  ...both("eleven tags", { tags: Array.from({ length: 11 }, (_none, at) => `t${at}`) }, "tags"),
  ...Object.entries(NOTES).map(([name, [note, says]]) => ({
    name,
    given: made({ note }),
    ...invalid("FIELD_INVALID", "alert.note"),
    says: [says],
  })),
];

/** Each sound by itself, and not together. */
const TOGETHER: readonly BadCase<UnaryCall>[] = [
  {
    name: "max fires of an alert that fires once",
    given: made({ maxFires: 3 }),
    ...invalid("FIELD_INVALID", "alert.max_fires"),
    says: ["fires once", "every time"],
  },
  {
    name: "max fires of an alert that fires once, in a change",
    given: changed({ maxFires: 3 }, "max_fires"),
    ...invalid("FIELD_INVALID", "alert.max_fires"),
  },
  {
    name: "a time to be back for of an alert that fires once",
    given: made({ rearmFor: { seconds: 600, nanos: 0 } }),
    ...invalid("FIELD_INVALID", "alert.rearm_for"),
    says: ["fires once", "--repeat every", "--rearm-for"],
  },
  {
    name: "a time to be back for of an alert that fires once, in a change",
    given: changed({ rearmFor: { seconds: 600, nanos: 0 } }, "rearm_for"),
    ...invalid("FIELD_INVALID", "alert.rearm_for"),
  },
  ...badCases(
    { "a crossing that is confirmed": "crosses", "a crossing up that is confirmed": "crosses up" },
    (kind) => made({ confirm: 2 }, `AAPL ${kind} 200`),
    { ...invalid("FIELD_INVALID", "alert.confirm"), says: ["crosses"] },
  ),
  ...badCases(
    {
      "a band that leaves outside no room": ["0.5", "AAPL outside 200..201"],
      "a band that leaves outside no price between its edges": ["50", "AAPL outside 100..150"],
      "a band of 50 within a narrow outside": ["50", "AAPL outside 100..149"],
      "a band below every price": ["50", "AAPL above 0.000000000001"],
      "a band beyond every price": ["50", "AAPL below 999999999999"],
    },
    ([bandPercent, text]) => made({ bandPercent: bandPercent ?? "" }, text ?? ""),
    { ...invalid("FIELD_INVALID", "alert.band_percent"), says: ["smaller"] },
  ),
  {
    name: "everything that does not go together at once",
    given: made({ confirm: 2, maxFires: 2, bandPercent: "50" }, "AAPL crosses 999999999999"),
    ...invalid("FIELD_INVALID", "alert.confirm", "alert.max_fires", "alert.band_percent"),
  },
  {
    name: "every option wrong, each of them named and once",
    given: made({
      maxFires: -1,
      confirm: 99,
      rearmFor: { seconds: 1 },
      session: 9 as AlertSession,
      repeat: 9 as Repeat,
      alreadyTrue: 9 as AlreadyTrue,
      bandPercent: "x",
      note: "{",
      tags: ["!"],
      expireTime: new Date(0),
    }),
    ...invalid(
      "FIELD_INVALID",
      ...["max_fires", "confirm", "rearm_for", "session", "repeat", "already_true", "band_percent", "note"].map(
        (path) => `alert.${path}`,
      ),
      "alert.tags[0]",
      "alert.expire_time",
    ),
  },
];

/** Options that cannot be, made and changed. */
export const OPTION_CASES: readonly BadCase<UnaryCall>[] = [...VALUES, ...TOGETHER];
