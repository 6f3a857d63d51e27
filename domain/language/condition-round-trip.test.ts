import { expect } from "chai";
import fc from "fast-check";
import { parseCondition } from "./condition-language.ts";
import { conditionText } from "./condition-sentence.ts";
import { anyCondition, anySymbols } from "../notifying/testing/any-condition.ts";
import { AppError } from "../error.ts";

const RUNS = { numRuns: 2000 };

describe("the language of conditions", () => {
  it("gives every condition a text that is read back as the same", () => {
    const written = fc.property(anySymbols, anyCondition, (symbols, condition) => {
      expect(parseCondition(conditionText(symbols, condition))).to.deep.equal({ symbols, condition });
    });
    fc.assert(written, RUNS);
  });

  it("gives every reading of a text the same text, however it was typed", () => {
    const space = fc.constantFrom(" ", "  ", "\t", "\u00a0", " \n ");
    const typed = fc.tuple(anySymbols, anyCondition, space, fc.boolean(), fc.boolean(), fc.boolean());
    const property = fc.property(typed, ([symbols, condition, blank, isLower, isWide, isWordy]) => {
      const text = conditionText(symbols, condition);
      const wide = isWide ? text.replace(/,|(?<=\d)\.\.(?=\d)/g, " $& ") : text.replaceAll(", ", ",");
      const wordy = isWordy ? wide.replace(/ (?=(above|below|crosses|inside|outside) [^aoci])/, " is ") : wide;
      const spaced = `${blank}${(isLower ? wordy.toLowerCase() : wordy).replaceAll(" ", blank)}`;
      const read = parseCondition(spaced);
      expect(conditionText(read.symbols, read.condition)).to.equal(text);
    });
    fc.assert(property, RUNS);
  });

  it("refuses whatever else is typed as bad input that points at a word", () => {
    const word = fc.constantFrom(
      ...["AAPL", "MSFT", "any", "of", ",", "above", "below", "crosses", "up", "inside", "200", "180..200", ".."],
      ...["for", "10m", "is", "at", "٢٠٠", "\u202e", "\ud800", "constructor", "1e999", "-", "$5", "..."],
    );
    const text = fc.oneof(
      fc.array(word, { maxLength: 12 }).map((words) => words.join(" ")),
      fc.string({ unit: "binary" }),
    );
    const property = fc.property(text, (typed) => {
      try {
        const { symbols, condition } = parseCondition(typed);
        expect(parseCondition(conditionText(symbols, condition))).to.deep.equal({ symbols, condition });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        expect(error.code).to.equal("INVALID_ARGUMENT");
        expect(error.reason).to.be.oneOf(["CONDITION_SYNTAX", "SYMBOL_FORMAT", "PRICE_RANGE", "FIELD_INVALID"]);
        expect(error.message).to.match(/^condition: word \d+: /);
        expect(error.hint).not.to.equal("");
      }
    });
    fc.assert(property, RUNS);
  });
});
