import { parseArgs } from "node:util";
import { EXIT } from "../../cli/exit-codes.ts";
import { UsageError } from "../../cli/usage-error.ts";
import { selectTrials } from "./registry.ts";
import type { LongTrial, TrialResult } from "./trial.ts";

const USAGE = "make test-long [ONLY=name], or node test/long/main.ts [--only NAME] [--trials N] [--seed N]";
/** Beyond the seeds that `make test` plays. */
const FIRST_SEED = 1_000_001;
/** One defect shows in many trials; the first few say enough. */
const VIOLATIONS_SHOWN = 5;

interface Wishes {
  readonly only: string | null;
  readonly trials: number | null;
  readonly seed: number;
}

/** Runs what the words name and prints a line for each; the exit code: 1 if anything was violated. Never throws. */
export async function runTrials(words: readonly string[]): Promise<number> {
  try {
    const wishes = readWords(words);
    let violations = 0;
    for (const trial of selectTrials(wishes.only)) {
      const result = await runOne(trial, wishes);
      process.stdout.write(`${JSON.stringify(result)}\n`);
      violations += result.violations;
    }
    return violations === 0 ? EXIT.ok : EXIT.unexpected;
  } catch (error) {
    if (!(error instanceof UsageError)) {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      return EXIT.unexpected;
    }
    process.stderr.write(`test-long: ${error.message}\n${error.hint}\n`);
    return EXIT.usage;
  }
}

/** One set of trials; the first violations are told on the standard error. */
export async function runOne(
  trial: LongTrial,
  { trials, seed }: Pick<Wishes, "trials" | "seed">,
): Promise<TrialResult> {
  let violations = 0;
  const onViolation = (text: string): void => {
    violations += 1;
    if (violations <= VIOLATIONS_SHOWN) process.stderr.write(`${trial.name}: ${text}\n`);
  };
  const startedAt = performance.now();
  const ran = await trial.run({ trials, seed, onViolation });
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  const figures = ran.figures === undefined ? {} : { figures: ran.figures };
  return { name: trial.name, trials: ran.trials, violations, seconds, seed: ran.seed, ...figures };
}

function readWords(words: readonly string[]): Wishes {
  const options = { only: { type: "string" }, trials: { type: "string" }, seed: { type: "string" } } as const;
  let values: { only?: string; trials?: string; seed?: string };
  try {
    values = parseArgs({ args: [...words], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, USAGE);
  }
  const { only = null, trials, seed } = values;
  return { only, trials: wholeNumber("trials", trials), seed: wholeNumber("seed", seed) ?? FIRST_SEED };
}

function wholeNumber(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} ${text} is not a whole number`, USAGE);
}
