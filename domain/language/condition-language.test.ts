import { expect } from "chai";
import type { Condition } from "../condition.ts";
import { parseCondition, parseRule } from "./condition-language.ts";
import { AppError } from "../error.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";

const above = (level: number, forMs = 0): Condition => ({ kind: "above", level, forMs });
const below = (level: number, forMs = 0): Condition => ({ kind: "below", level, forMs });
const inside = (lower: number, upper: number, forMs = 0): Condition => ({ kind: "inside", lower, upper, forMs });
const outside = (lower: number, upper: number, forMs = 0): Condition => ({ kind: "outside", lower, upper, forMs });
const crosses = (level: number, direction: "up" | "down" | "either" = "either"): Condition => ({
  kind: "crosses",
  direction,
  level,
});

function refusalOf(text: string, read: (text: string) => unknown = parseCondition): AppError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  return expect.fail("not refused");
}

describe("parseCondition()", () => {
  const texts: readonly (readonly [string, string | readonly string[], Condition])[] = [
    ["AAPL above 200", "AAPL", above(200)],
    ["aapl ABOVE 200.50", "AAPL", above(200.5)],
    ["AAPL below 180.5", "AAPL", below(180.5)],
    ["AAPL crosses 200", "AAPL", crosses(200)],
    ["AAPL crosses either 200", "AAPL", crosses(200)],
    ["AAPL crosses up 200", "AAPL", crosses(200, "up")],
    ["AAPL Crosses Down 200", "AAPL", crosses(200, "down")],
    ["  tsco.lon \t is  above at 300 ", "TSCO.LON", above(300)],
    ["AAPL\u00a0above\u3000200\n", "AAPL", above(200)],
    ["AAPL crosses up at 200", "AAPL", crosses(200, "up")],
    ["AAPL inside 180..200", "AAPL", inside(180, 200)],
    ["AAPL inside 180 .. 200", "AAPL", inside(180, 200)],
    ["AAPL inside 180.. 200", "AAPL", inside(180, 200)],
    ["AAPL is OUTSIDE 180.5 ..200.25", "AAPL", outside(180.5, 200.25)],
    ["AAPL inside at 180 .. at 200", "AAPL", inside(180, 200)],
    ["AAPL above 200 for 10m", "AAPL", above(200, 10 * MINUTE_MS)],
    ["AAPL below 200 FOR 1H30M", "AAPL", below(200, 90 * MINUTE_MS)],
    ["AAPL outside 180..200 for 2d", "AAPL", outside(180, 200, 48 * HOUR_MS)],
    ["any of AAPL, MSFT below 100", ["AAPL", "MSFT"], below(100)],
    ["ANY Of aapl,msft ,nvda , tsla inside 1..2 for 1m", ["AAPL", "MSFT", "NVDA", "TSLA"], inside(1, 2, MINUTE_MS)],
    ["any of AAPL crosses 100", ["AAPL"], crosses(100)],
    ["any of TSCO.LON, VOD.LON below 100", ["TSCO.LON", "VOD.LON"], below(100)],
    ["any above 3", "ANY", above(3)],
    ["IS above 3", "IS", above(3)],
    ["AT crosses at 3", "AT", crosses(3)],
    ["above is above 3", "ABOVE", above(3)],
    ["any of OF, above, below, IS below 3", ["OF", "ABOVE", "BELOW", "IS"], below(3)],
    ["A..B inside 1..2", "A..B", inside(1, 2)],
    ["AAPL above 190.10000000000002", "AAPL", above(190.1)],
  ];
  for (const [text, symbols, condition] of texts) {
    it(`reads ${JSON.stringify(text)}`, () =>
      expect(parseCondition(text)).to.deep.equal({ symbols: [symbols].flat(), condition }));
  }

  it("reads a list of 50", () => {
    const names = Array.from({ length: 50 }, (_, index) => `LONG-NAME-OF-A-SYMBOL-NUMBER-${index}`);
    const text = `any of ${names.join(", ")} inside 0.000000000001..999999999999.9 for 29d23h59m`;
    expect(parseCondition(text).symbols).to.deep.equal(names);
  });

  /** The text; the reason; the place of the word and what is said of it; what is offered. */
  const mistakes: readonly (readonly [string, string, string, string])[] = [
    ["", "CONDITION_SYNTAX", "word 1: a symbol is missing at the beginning", ""],
    [" \t ", "CONDITION_SYNTAX", "word 1: a symbol is missing at the beginning", ""],
    ["AAPL", "CONDITION_SYNTAX", 'word 2: one of above, below, crosses, inside, outside is missing after "AAPL"', ""],
    ["AAPL 200", "CONDITION_SYNTAX", 'crosses, inside, outside is missing before "200"', ""],
    ["above 200", "CONDITION_SYNTAX", 'word 1: "above" stands where the symbol should be', ""],
    ["crosses up 200", "CONDITION_SYNTAX", 'word 1: "crosses" stands where the symbol should be', ""],
    ["ÄPL above 200", "SYMBOL_FORMAT", 'word 1: "ÄPL" is not a symbol', ""],
    ["$AAPL above 200", "SYMBOL_FORMAT", 'word 1: "$AAPL" is not a symbol', ""],
    // kinds
    ["AAPL abvoe 200", "CONDITION_SYNTAX", 'word 2: "abvoe" is not one of above', "above"],
    ["AAPL bellow 200", "CONDITION_SYNTAX", 'word 2: "bellow" is not one of', "below"],
    ["AAPL cross 200", "CONDITION_SYNTAX", 'word 2: "cross" is not one of', "crosses"],
    ["AAPL is insde 1..2", "CONDITION_SYNTAX", 'word 3: "insde" is not one of', "inside"],
    ["AAPL over 200", "CONDITION_SYNTAX", 'word 2: "over" is not one of', "above"],
    ["AAPL UNDER 200", "CONDITION_SYNTAX", 'word 2: "UNDER" is not one of', "below"],
    ["AAPL > 200", "CONDITION_SYNTAX", 'word 2: ">" is not one of', "above"],
    ["AAPL <=200", "CONDITION_SYNTAX", 'word 2: "<=200" is not one of', "below"],
    ["AAPL hits 200", "CONDITION_SYNTAX", 'word 2: "hits" is not one of', "crosses"],
    ["AAPL falls 200", "CONDITION_SYNTAX", 'word 2: "falls" is not one of', "crosses down"],
    ["AAPL between 180 and 200", "CONDITION_SYNTAX", 'word 2: "between" is not one of', "inside"],
    ["AAPL leaves 180..200", "CONDITION_SYNTAX", 'word 2: "leaves" is not one of', "outside"],
    ["AAPL constructor 200", "CONDITION_SYNTAX", 'word 2: "constructor" is not one of', "crosses"],
    ["AAPL __proto__ 200", "CONDITION_SYNTAX", 'word 2: "__proto__" is not one of', "crosses"],
    [`AAPL ${"z".repeat(1900)} 2`, "CONDITION_SYNTAX", `word 2: "${"z".repeat(40)}…" is not one of`, "above"],
    // directions
    ["AAPL crosses dwon 200", "CONDITION_SYNTAX", 'word 3: "dwon" is not one of up, down, either', "down"],
    ["AAPL crosses above 200", "CONDITION_SYNTAX", 'word 3: "above" is not one of up, down, either', "up"],
    ["AAPL crosses at up 200", "CONDITION_SYNTAX", 'word 4: "up" stands where the level should be', ""],
    ["AAPL crosses", "CONDITION_SYNTAX", 'word 3: a level such as 200 is missing after "crosses"', ""],
    ["AAPL crosses 200 up", "CONDITION_SYNTAX", 'word 4: "up" is more than a condition needs', ""],
    // levels
    ["AAPL above", "CONDITION_SYNTAX", 'word 3: a level such as 200 is missing after "above"', ""],
    ["AAPL above high", "CONDITION_SYNTAX", 'word 3: "high" stands where the level should be', ""],
    ["AAPL above $200", "CONDITION_SYNTAX", 'word 3: "$200" stands where the level should be', "200"],
    ["AAPL above 200USD", "PRICE_RANGE", 'word 3: "200USD" is not a price', "200"],
    ["AAPL above 1,000.5", "PRICE_RANGE", 'word 3: "1,000.5" is not a price', "1000.5"],
    ["AAPL above 200,50", "PRICE_RANGE", 'word 3: "200,50" is not a price', ""],
    ["AAPL above -5", "PRICE_RANGE", 'word 3: "-5" is not a price', ""],
    ["AAPL above +5", "PRICE_RANGE", 'word 3: "+5" is not a price', ""],
    ["AAPL above .5", "PRICE_RANGE", 'word 3: ".5" is not a price', ""],
    ["AAPL above 0", "PRICE_RANGE", 'word 3: "0" is not a price', ""],
    ["AAPL above 1e3", "PRICE_RANGE", 'word 3: "1e3" is not a price', ""],
    ["AAPL above 1000000000000", "PRICE_RANGE", 'word 3: "1000000000000" is not a price', ""],
    ["AAPL above ２００", "CONDITION_SYNTAX", 'word 3: "２００" stands where the level should be', "200"],
    ["AAPL above ٢٠٠", "CONDITION_SYNTAX", 'word 3: "٢٠٠" stands where the level should be', ""],
    ["AAPL above Infinity", "CONDITION_SYNTAX", 'word 3: "Infinity" stands where', ""],
    ["AAPL above 180..200", "CONDITION_SYNTAX", 'word 3: "180..200" stands where the level', "inside 180..200"],
    ["AAPL crosses 180-200", "CONDITION_SYNTAX", 'word 3: "180-200" stands where the level', "inside 180..200"],
    // bands
    ["AAPL inside 180", "CONDITION_SYNTAX", 'word 4: ".." is missing after "180"', ""],
    ["AAPL inside 180..", "CONDITION_SYNTAX", 'word 4: a level such as 200 is missing after ".."', ""],
    ["AAPL inside ..200", "CONDITION_SYNTAX", 'word 3: ".." stands where the level should be', ""],
    ["AAPL inside 180-200", "CONDITION_SYNTAX", 'word 3: "180-200" stands where the level', "180..200"],
    ["AAPL inside 180...200", "CONDITION_SYNTAX", 'word 3: "180...200" stands where the level', "180..200"],
    ["AAPL inside 180…200", "CONDITION_SYNTAX", 'word 3: "180…200" stands where the level', "180..200"],
    ["AAPL inside 180 and 200", "CONDITION_SYNTAX", 'word 4: "and" is not ".."', ".."],
    ["AAPL outside 180 to 200", "CONDITION_SYNTAX", 'word 4: "to" is not ".."', ".."],
    ["AAPL inside 200..180", "CONDITION_SYNTAX", "word 3: the upper level, 180, must be greater than", "180..200"],
    ["AAPL inside 5 .. 5.0", "CONDITION_SYNTAX", "word 5: the upper level, 5.0, must be greater than the lower, 5", ""],
    ["AAPL inside 180..high", "CONDITION_SYNTAX", 'word 3: "high" stands where the level should be', ""],
    ["AAPL inside 1..2..3", "CONDITION_SYNTAX", 'word 3: ".." is more than a condition needs', ""],
    // for
    ["AAPL above 200 for", "CONDITION_SYNTAX", 'word 5: a duration such as 10m is missing after "for"', ""],
    ["AAPL above 200 for ever", "FIELD_INVALID", 'word 5: "ever" is not a duration from 1m to 30d', ""],
    ["AAPL above 200 for 0m", "FIELD_INVALID", 'word 5: "0m" is not a duration', ""],
    ["AAPL above 200 for 31d", "FIELD_INVALID", 'word 5: "31d" is not a duration', ""],
    ["AAPL above 200 for 30s", "FIELD_INVALID", 'word 5: "30s" is not a duration', ""],
    ["AAPL above 200 for 10 minutes", "FIELD_INVALID", 'word 5: "10" is not a duration', "for 10m"],
    ["AAPL above 200 for 90min", "FIELD_INVALID", 'word 5: "90min" is not a duration', "for 1h30m"],
    ["AAPL above 200 for 30m1h", "FIELD_INVALID", 'word 5: "30m1h" is not a duration', "for 1h30m"],
    ["AAPL above 200 for 1h 30m", "CONDITION_SYNTAX", 'word 6: "30m" is more than a condition needs', "for 1h30m"],
    ["AAPL above 200 for 10m now", "CONDITION_SYNTAX", 'word 6: "now" is more than a condition needs', ""],
    ["AAPL above 200 fro 10m", "CONDITION_SYNTAX", 'word 4: "fro" is more than a condition needs', "for"],
    ["AAPL above 200 during 10m", "CONDITION_SYNTAX", 'word 4: "during" is more than', "for"],
    ["AAPL above for 10m", "CONDITION_SYNTAX", 'word 3: "for" stands where the level should be', ""],
    ["AAPL above 200 now", "CONDITION_SYNTAX", 'word 4: "now" is more than a condition needs', ""],
    ["AAPL above 200 and below 300", "CONDITION_SYNTAX", 'word 4: "and" is more than a condition needs', ""],
    ["AAPL crosses up 200 for 10m", "CONDITION_SYNTAX", 'word 5: "for" does not go', "AAPL above 200.00 for 10m"],
    ["AAPL crosses down 5 for 1 hour", "CONDITION_SYNTAX", 'word 5: "for" does not', "AAPL below 5.00 for 1h"],
    ["A crosses 5 for", "CONDITION_SYNTAX", 'word 4: "for" does', 'A above 5.00 for 10m" or "A below 5.00 for 10m'],
    // lists
    ["any of", "CONDITION_SYNTAX", 'word 3: a symbol is missing after "of"', ""],
    ["any of AAPL,", "CONDITION_SYNTAX", 'word 4: a symbol is missing after ","', ""],
    ["any of AAPL,, MSFT below 1", "CONDITION_SYNTAX", 'word 3: a symbol is missing before ","', ""],
    ["any of AAPL, below 100", "CONDITION_SYNTAX", 'word 4: "below" stands where the symbol should be', ""],
    ["any of AAPL MSFT below 1", "CONDITION_SYNTAX", 'word 4: "MSFT" stands where a comma or one of above', ","],
    ["any of AAPL and MSFT below 1", "CONDITION_SYNTAX", 'word 4: "and" stands where a comma or one of', ","],
    ["any of AAPL, MSFT bellow 1", "CONDITION_SYNTAX", 'word 5: "bellow" is not one of', "below"],
    ["any of AAPL, aapl below 3", "CONDITION_SYNTAX", "word 4: AAPL is in the list twice", ""],
    ["any of AAPL, TSCO.LON below 3", "CONDITION_SYNTAX", "word 4: TSCO.LON is quoted in GBX and AAPL in USD", ""],
    ["any of AAPL, Ä below 3", "SYMBOL_FORMAT", 'word 4: "Ä" is not a symbol', ""],
    ["AAPL, MSFT below 100", "CONDITION_SYNTAX", 'word 1: "," stands where one of above', "any of"],
    ["any AAPL, MSFT below 100", "CONDITION_SYNTAX", 'word 2: "AAPL" stands where one of above', "any of"],
    ["all of AAPL, MSFT below 100", "CONDITION_SYNTAX", 'word 2: "of" stands where one of above', "any of"],
    ["AAPL is above 3,x", "PRICE_RANGE", 'word 4: "3,x" is not a price', ""],
    // what cannot be seen
    ["AAPL\u200b above 200", "CONDITION_SYNTAX", "word 1: it holds U+200B, which cannot be seen", ""],
    ["AAPL above\u0000 200", "CONDITION_SYNTAX", "word 2: it holds U+0000, which cannot be seen", ""],
    ["AAPL above 2\u202e00", "CONDITION_SYNTAX", "word 3: it holds U+202E, which cannot be seen", ""],
    ["AAPL \ud800 200", "CONDITION_SYNTAX", "word 2: it holds U+D800, which cannot be seen", ""],
    ["A".repeat(2001), "CONDITION_SYNTAX", "at most 2000 characters", ""],
  ];
  for (const [text, reason, words, offer] of mistakes) {
    it(`says what is wrong with ${JSON.stringify(text.slice(0, 60))}`, () => {
      const error = refusalOf(text);
      expect(error).to.include({ code: "INVALID_ARGUMENT", reason });
      expect(error.fields.map(({ field }) => field)).to.deep.equal(["condition"]);
      expect(error.message).to.include(words);
      if (offer === "") expect(error.hint).not.to.include("Did you mean").and.not.to.equal("");
      else expect(error.hint).to.include(`Did you mean "${offer}"?`);
    });
  }

  it("refuses more than 50 symbols at the first too many", () => {
    const names = Array.from({ length: 51 }, (_, index) => `S${index}`);
    expect(refusalOf(`any of ${names.join(", ")} below 3`).message).to.include("word 53: 51 symbols are too many");
  });
});

describe("parseRule()", () => {
  const texts: readonly (readonly [string, readonly string[], Condition])[] = [
    ["above 210", ["AAPL"], above(210)],
    ["is above at 210 for 10m", ["AAPL"], above(210, 10 * MINUTE_MS)],
    ["crosses at 210", ["AAPL"], crosses(210)],
    ["AAPL above 210", ["AAPL"], above(210)],
    ["aapl is above 210", ["AAPL"], above(210)],
    ["inside 1..2", ["AAPL", "MSFT"], inside(1, 2)],
    ["any of aapl,msft outside 1..2", ["AAPL", "MSFT"], outside(1, 2)],
    ["IS above 3", ["IS"], above(3)],
    ["above 3", ["ABOVE"], above(3)],
    ["above above 3", ["ABOVE"], above(3)],
  ];
  for (const [text, symbols, condition] of texts) {
    it(`reads "${text}" for ${symbols.join(", ")}`, () =>
      expect(parseRule(text, { symbols, condition: above(200) })).to.deep.equal(condition));
  }

  const mistakes: readonly (readonly [string, readonly string[], string])[] = [
    ["", ["AAPL"], "word 1: one of above, below, crosses, inside, outside is missing at the beginning"],
    ["abve 210", ["AAPL"], 'word 1: "abve" is not one of above'],
    ["above high", ["AAPL"], 'word 2: "high" stands where the level should be'],
    ["AAPL abve 210", ["AAPL"], 'word 2: "abve" is not one of above'],
    ["MSFT above 210", ["AAPL"], "word 1: the alert is for AAPL, and for no other symbols"],
    ["AAPL above 210", ["AAPL", "MSFT"], "word 1: the alert is for AAPL, MSFT, and for no other symbols"],
    ["any of MSFT, AAPL above 210", ["AAPL", "MSFT"], "word 1: the alert is for AAPL, MSFT, and for no other"],
    ["crosses up 5 for 10m", ["AAPL", "MSFT"], 'word 4: "for" does not go with crosses'],
  ];
  for (const [text, symbols, words] of mistakes) {
    it(`says what is wrong with "${text}" for ${symbols.join(", ")}`, () => {
      const error = refusalOf(text, (typed) => parseRule(typed, { symbols, condition: above(200) }));
      expect(error).to.include({ code: "INVALID_ARGUMENT", reason: "CONDITION_SYNTAX" });
      expect(error.message).to.include(words);
    });
  }
});
