import { expect } from "chai";
import type { Condition } from "../condition.ts";
import { parseCondition } from "./condition-language.ts";
import { conditionText, sentenceOf, type Told } from "./condition-sentence.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";

/** What an alert made of this text alone is told as. */
function told(text: string, changes: Partial<Told> = {}): Told {
  const { symbols, condition } = parseCondition(text);
  const [symbol = ""] = symbols;
  const usual = {
    repeat: "once",
    maxFires: 0,
    bandPercent: "0.5",
    rearmForMs: 0,
    confirm: 1,
    session: "regular",
  } as const;
  return { symbol, symbols, condition, ...usual, expireTimeMs: null, ...changes };
}

describe("sentenceOf()", () => {
  const expireTimeMs = Date.UTC(2026, 11, 1, 15);
  const every = { repeat: "every" } as const;
  const cases: readonly (readonly [string, Partial<Told>, string])[] = [
    ["AAPL above 200", {}, "AAPL at or above 200.00 USD, once"],
    ["AAPL below 180.1234", every, "AAPL at or below 180.1234 USD, every time"],
    ["AAPL crosses 200", {}, "AAPL crosses 200.00 USD in either direction, once"],
    ["AAPL crosses up 200", every, "AAPL crosses 200.00 USD upwards, every time"],
    ["TSCO.LON crosses down 200", {}, "TSCO.LON crosses 200.00 GBX downwards, once"],
    ["AAPL inside 180..200", {}, "AAPL from 180.00 to 200.00 USD, once"],
    ["AAPL outside 180..200 for 1h30m", {}, "AAPL at or outside 180.00 and 200.00 USD for 1h30m, once"],
    ["AAPL above 200", { confirm: 3 }, "AAPL at or above 200.00 USD at 3 prices in a row, once"],
    ["AAPL above 200 for 10m", { confirm: 3 }, "AAPL at or above 200.00 USD for 10m and at 3 prices in a row, once"],
    ["any of AAPL, MSFT below 100", {}, "Any of AAPL, MSFT at or below 100.00 USD, once each"],
    [
      "any of A, B below 1",
      { ...every, maxFires: 2 },
      "Any of A, B at or below 1.00 USD, every time, at most 2 times each",
    ],
    ["AAPL above 200", { ...every, maxFires: 1 }, "AAPL at or above 200.00 USD, every time, at most 1 time"],
    ["AAPL above 2", { ...every, bandPercent: "2" }, "AAPL at or above 2.00 USD, every time it has been back by 2 %"],
    [
      "AAPL above 200",
      { ...every, rearmForMs: HOUR_MS, maxFires: 5, session: "any" },
      "AAPL at or above 200.00 USD, every time it has been back by 0.5 % for 1h, at most 5 times, at any hour",
    ],
    [
      "AAPL above 200",
      { session: "extended", expireTimeMs },
      "AAPL at or above 200.00 USD, once, extended hours included, until 2026-12-01 15:00 UTC",
    ],
  ];
  for (const [text, changes, sentence] of cases) {
    it(sentence, () => expect(sentenceOf(told(text, changes))).to.equal(sentence));
  }

  it("is another one for every other meaning", () => {
    const sentences = [...everyMeaning()].map(sentenceOf);
    expect(sentences).to.have.length(16_416);
    expect(new Set(sentences).size).to.equal(sentences.length);
  });

  it("does not tell what matters only while it is being armed", () => {
    const once = sentenceOf(told("AAPL above 200"));
    expect(sentenceOf(told("AAPL above 200", { bandPercent: "2", rearmForMs: HOUR_MS }))).to.equal(once);
  });
});

describe("conditionText()", () => {
  it("is what a user would type", () => {
    const texts = ["any of AAPL, MSFT inside 180.00..200.50 for 1h", "AAPL crosses either 200.00", "A below 0.0000001"];
    for (const text of texts) {
      const { symbols, condition } = parseCondition(text);
      expect(conditionText(symbols, condition)).to.equal(text);
    }
  });

  it("names a symbol of a list of one without the list", () => {
    const condition: Condition = { kind: "above", level: 200, forMs: 0 };
    expect(conditionText(["AAPL"], condition)).to.equal("AAPL above 200.00");
  });
});

/** Every combination of a few values of whatever changes the meaning. */
function* everyMeaning(): Generator<Told> {
  const subjects = ["A", "B", "any of A, B", "any of B, A"];
  const rules = ["crosses 1", "crosses up 1", "crosses down 1"];
  for (const kind of ["above 1", "below 1", "above 2", "inside 1..2", "outside 1..2"])
    rules.push(kind, `${kind} for 1h`, `${kind} for 3m`);
  const repeats: Partial<Told>[] = [{}];
  for (const maxFires of [0, 1, 2])
    for (const bandPercent of ["0.5", "0", "2"])
      for (const rearmForMs of [0, 3 * MINUTE_MS]) repeats.push({ repeat: "every", maxFires, bandPercent, rearmForMs });
  const options: Partial<Told>[] = [];
  for (const confirm of [1, 3])
    for (const session of ["regular", "extended", "any"] as const)
      for (const expireTimeMs of [null, Date.UTC(2026, 0, 1)]) options.push({ confirm, session, expireTimeMs });
  for (const subject of subjects)
    for (const rule of rules)
      for (const repeat of repeats)
        for (const option of options) yield told(`${subject} ${rule}`, { ...repeat, ...option });
}
