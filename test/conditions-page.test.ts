// docs/conditions.md is the word on what conditions mean: what its tables show is what the server says.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseCondition } from "../domain/language/condition-language.ts";
import { sentenceOf, type Told } from "../domain/language/condition-sentence.ts";
import { parseDuration } from "../domain/duration.ts";
import { AppError } from "../domain/error.ts";
import { PROJECT_ROOT } from "../runtime/config/setting-types.ts";

const PAGE = readFileSync(join(PROJECT_ROOT, "docs/conditions.md"), "utf8");
const USUAL = {
  repeat: "once",
  maxFires: 0,
  bandPercent: "0.5",
  rearmForMs: 0,
  confirm: 1,
  session: "regular",
} as const;

/** How the page names the options that a sentence tells. */
const OPTIONS: Readonly<Record<string, (value: string) => Partial<Told>>> = {
  repeat: (value) => ({ repeat: value === "every" ? "every" : "once" }),
  band: (value) => ({ bandPercent: value }),
  "rearm for": (value) => ({ rearmForMs: parseDuration(value, "rearm_for") }),
  "max fires": (value) => ({ maxFires: Number(value) }),
  confirm: (value) => ({ confirm: Number(value) }),
  session: (value) => ({ session: value === "any" ? "any" : "extended" }),
  expires: (value) => ({ expireTimeMs: Date.parse(value) }),
};

/** The rows of the table under these headings, cell by cell, without back-ticks round the first. */
function rowsUnder(...headings: readonly string[]): readonly (readonly string[])[] {
  const [, table = ""] = PAGE.split(`| ${headings.join(" | ")} |\n`);
  const [rows = ""] = table.split("\n\n");
  return rows
    .split("\n")
    .slice(1)
    .map((row) => row.split("|").slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim().replace(/^`(.*)`$/, "$1")));
}

function optionsFrom(text: string): Partial<Told> {
  const changes = text.split("; ").map((option) => {
    const [, name = "", value = ""] = /^([a-z ]+): (.+)$/.exec(option) ?? [];
    return text === "" ? {} : (OPTIONS[name]?.(value) ?? expect.fail(`the page has an option "${option}"`));
  });
  return Object.assign({}, ...changes) as Partial<Told>;
}

describe("docs/conditions.md", () => {
  const meant = rowsUnder("written", "it means");
  const told = rowsUnder("written", "options", "sentence");
  const refused = rowsUnder("written", "answer");

  it("has its tables", () => expect([meant.length, told.length, refused.length]).to.deep.equal([9, 10, 7]));

  for (const [text = ""] of meant) {
    it(`shows "${text}", which is read`, () => expect(parseCondition(text).symbols).not.to.be.empty);
  }

  for (const [text = "", options = "", sentence = ""] of told) {
    it(`tells "${text}" (${options}) as the server does`, () => {
      const { symbols, condition } = parseCondition(text);
      const alert = {
        ...USUAL,
        expireTimeMs: null,
        symbol: symbols[0] ?? "",
        symbols,
        condition,
        ...optionsFrom(options),
      };
      expect(sentenceOf(alert)).to.equal(sentence);
    });
  }

  for (const [text = "", answer = ""] of refused) {
    it(`says what "${text}" is answered`, () => {
      let refusal: unknown;
      try {
        parseCondition(text);
      } catch (error) {
        refusal = error;
      }
      if (!(refusal instanceof AppError)) return expect.fail("it is not refused");
      const said = `condition: ${answer}`.replace(/\.(?= Did you mean|$)/, "");
      expect(`${refusal.message} ${refusal.hint}`.startsWith(said), `${refusal.message} ${refusal.hint}`).to.equal(
        true,
      );
    });
  }
});
