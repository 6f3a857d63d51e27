// The cases of docs/condition-cases.md, each in the engine and in the oracle.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import type { Outcome } from "./oracle/symbol-oracle.ts";
import { casesOf, type CaseLine, type ConditionCase } from "./oracle/case-notation.ts";
import type { Standing } from "./oracle/standing.ts";
import type { Step } from "./oracle/history.ts";
import { EnginePlayer } from "./oracle/play-engine.ts";
import { OraclePlayer } from "./oracle/play-oracle.ts";

const CASES = casesOf(readFileSync(new URL("../docs/condition-cases.md", import.meta.url), "utf8"));
const LEAST = 80;

interface Player {
  act(step: Step): void;
  commit(quotes: (Step & { kind: "commit" })["quotes"]): readonly Outcome[];
  standings(): ReadonlyMap<string, Standing>;
}

/** What became of a line, in the words of the document. */
function told(player: Player, { step }: CaseLine): string[] {
  const outcomes = step.kind === "commit" ? player.commit(step.quotes) : [];
  if (step.kind !== "commit") player.act(step);
  const [standing] = player.standings().values();
  const fires = outcomes.flatMap(({ trigger }) => (trigger ? [`fires ${trigger.level} at ${trigger.price}`] : []));
  const notices = outcomes.flatMap(({ notice }) => (notice ? [`notice ${notice}`] : []));
  return [...(standing ? [standing.name] : []), ...fires, ...notices];
}

/** What is not told must not be, except the state, which is only told where it matters. */
function play(player: Player, { lines }: ConditionCase): void {
  for (const line of lines) {
    const found = told(player, line);
    const expected = line.expected === "" ? [] : line.expected.split(", ");
    const tellsState = expected.some((word) => /^[A-Z]+$/.test(word));
    expect(tellsState ? found : found.slice(found.length > 0 ? 1 : 0), line.text).to.deep.equal(expected);
  }
}

describe("docs/condition-cases.md", () => {
  it(`has ${LEAST} cases or more, each of its own name, and each ends with a state`, () => {
    expect(CASES.length).to.be.at.least(LEAST);
    expect(new Set(CASES.map(({ title }) => title)).size).to.equal(CASES.length);
    for (const { title, lines } of CASES) expect(lines.at(-1)?.expected, title).to.match(/^[A-Z]+/);
  });

  for (const one of CASES) {
    it(`${one.title}: so does the engine, and the oracle`, () => {
      play(new OraclePlayer(), one);
      play(new EnginePlayer(), one);
    });
  }
});
