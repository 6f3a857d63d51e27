// A history is played twice, in the oracle and in an engine, and every outcome is held against the other.
import { isDeepStrictEqual } from "node:util";
import type { Condition } from "../../domain/condition.ts";
import type { judgeAlert } from "../../domain/judging/judge.ts";
import { historyOf, type History } from "./history.ts";
import type { Mood } from "./profile.ts";
import { EnginePlayer } from "./play-engine.ts";
import { OraclePlayer } from "./play-oracle.ts";
import type { Outcome } from "./symbol-oracle.ts";

/** Told of everything that happened to an alert. */
type Count = (condition: Condition, outcome: Outcome) => void;

/** How a history is tried. */
interface Trial {
  readonly count?: Count;
  /** Instead of the engine's own. */
  readonly judge?: typeof judgeAlert | undefined;
  readonly mood?: Mood | undefined;
}

/** Plays the history of a seed; the first difference in a sentence that lets it be played again, null if there is none. */
export function playBoth(seed: number, { count = () => undefined, judge, mood }: Trial = {}): string | null {
  const difference = differenceIn(historyOf(seed, mood), count, new EnginePlayer(judge));
  return difference === null ? null : `seed ${seed}: ${difference}`;
}

function differenceIn({ steps }: History, count: Count, engine: EnginePlayer): string | null {
  const oracle = new OraclePlayer();
  for (const [place, step] of steps.entries()) {
    if (step.kind === "commit") {
      const [expected, found] = [inOrder(oracle.commit(step.quotes)), inOrder(engine.commit(step.quotes))];
      for (const outcome of expected) count(oracle.alertOf(outcome.alertId).condition, outcome);
      const at = expected.findIndex((outcome, index) => !isDeepStrictEqual(outcome, found[index]));
      if (at >= 0 || expected.length !== found.length) return unlike(place, expected.at(at), found.at(at));
    } else if (oracle.fits(step)) {
      oracle.act(step);
      engine.act(step);
      const [expected, found] = [oracle.standings(), engine.standings()];
      if (!isDeepStrictEqual(expected, found)) return unlike(place, [...expected], [...found]);
    }
  }
  return null;
}

function inOrder(outcomes: readonly Outcome[]): Outcome[] {
  return [...outcomes].sort((a, b) => a.seq - b.seq || a.alertId.localeCompare(b.alertId));
}

function unlike(place: number, expected: unknown, found: unknown): string {
  return `step ${place}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`;
}
