import { expect } from "chai";
import fc from "fast-check";
import { above, below, crosses } from "../test/examples.ts";
import type { Condition } from "./condition.ts";
import { parseCondition } from "./condition-language.ts";
import { conditionText, sentenceOf } from "./condition-sentence.ts";
import { AppError } from "./error.ts";

describe("parseCondition()", () => {
  const texts: readonly (readonly [string, string, Condition])[] = [
    ["AAPL above 200", "AAPL", above(200)],
    ["aapl ABOVE 200.50", "AAPL", above(200.5)],
    ["AAPL below 180.5", "AAPL", below(180.5)],
    ["AAPL crosses 200", "AAPL", crosses(200)],
    ["AAPL crosses either 200", "AAPL", crosses(200)],
    ["AAPL crosses up 200", "AAPL", crosses(200, "up")],
    ["AAPL Crosses Down 200", "AAPL", crosses(200, "down")],
    ["  tsco.lon \t is  above at 300 ", "TSCO.LON", above(300)],
    ["IS above 3", "IS", above(3)],
    ["AT crosses at 3", "AT", crosses(3)],
  ];
  for (const [text, symbol, condition] of texts) {
    it(`reads "${text}"`, () => expect(parseCondition(text)).to.deep.equal({ symbol, condition }));
  }

  const mistakes: readonly (readonly [string, string, string])[] = [
    ["", "CONDITION_SYNTAX", "a symbol is missing at the beginning"],
    ["AAPL", "CONDITION_SYNTAX", 'one of above, below, crosses is missing after "AAPL"'],
    ["above 200", "CONDITION_SYNTAX", '"above" stands where the symbol should be'],
    ["AAPL abvoe 200", "CONDITION_SYNTAX", 'Did you mean "above"?'],
    ["AAPL bellow 200", "CONDITION_SYNTAX", 'Did you mean "below"?'],
    ["AAPL cross 200", "CONDITION_SYNTAX", 'Did you mean "crosses"?'],
    ["AAPL under 200", "CONDITION_SYNTAX", 'Did you mean "below"?'],
    ["AAPL > 200", "CONDITION_SYNTAX", 'Did you mean "above"?'],
    ["AAPL constructor 200", "CONDITION_SYNTAX", '"constructor" is not one of above, below, crosses'],
    ["AAPL crosses dwon 200", "CONDITION_SYNTAX", 'Did you mean "down"?'],
    ["AAPL above", "CONDITION_SYNTAX", 'a level such as 200 is missing after "above"'],
    ["AAPL above high", "CONDITION_SYNTAX", '"high" stands where the level should be'],
    ["AAPL above $200", "CONDITION_SYNTAX", '"$200" stands where the level should be'],
    ["AAPL above 200 now", "CONDITION_SYNTAX", '"now" is more than a condition needs'],
    ["AAPL above -5", "PRICE_RANGE", '"-5" is not a price'],
    ["AAPL above 0", "PRICE_RANGE", '"0" is not a price'],
    ["AAPL above 1,000", "PRICE_RANGE", '"1,000" is not a price'],
    ["ÄPL above 200", "SYMBOL_FORMAT", '"ÄPL" is not a symbol'],
    ["A".repeat(201), "CONDITION_SYNTAX", "longer than 200 characters"],
  ];
  for (const [text, reason, words] of mistakes) {
    it(`says what is wrong with "${text.slice(0, 40)}"`, () => {
      let error: unknown;
      try {
        parseCondition(text);
      } catch (thrown) {
        error = thrown;
      }
      if (!(error instanceof AppError)) return expect.fail(`not refused: ${String(error)}`);
      expect(error).to.include({ code: "INVALID_ARGUMENT", reason });
      expect(`${error.message} ${error.hint}`).to.include(words);
    });
  }
});

describe("conditionText()", () => {
  it("is read back as the same condition", () => {
    const level = fc.tuple(fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: 0, max: 6 }));
    const kind = fc.constantFrom(
      above,
      below,
      ...(["up", "down", "either"] as const).map((way) => (at: number) => crosses(at, way)),
    );
    const symbol = fc.constantFrom("AAPL", "BRK-B", "TSCO.LON", "IS", "AT", "600104.SHH");
    fc.assert(
      fc.property(symbol, kind, level, fc.boolean(), (name, make, [units, scale], isLower) => {
        const condition = make(Number(`${units}e-${scale}`));
        const text = conditionText(name, condition);
        expect(parseCondition(isLower ? text.toLowerCase() : text)).to.deep.equal({ symbol: name, condition });
      }),
    );
  });
});

describe("sentenceOf()", () => {
  const cases = [
    [above(200), "once", "AAPL at or above 200.00 USD, once"],
    [below(180.1234), "every", "AAPL at or below 180.1234 USD, every time"],
    [crosses(200), "once", "AAPL crosses 200.00 USD in either direction, once"],
    [crosses(200, "up"), "every", "AAPL crosses 200.00 USD upwards, every time"],
    [crosses(200, "down"), "once", "AAPL crosses 200.00 USD downwards, once"],
  ] as const;
  for (const [condition, repeat, sentence] of cases) {
    it(sentence, () => expect(sentenceOf("AAPL", condition, repeat, "USD")).to.equal(sentence));
  }
});
