import { parseArgs } from "node:util";
import { EXIT } from "../cli/exit-codes.ts";
import { UsageError } from "../cli/usage-error.ts";
import type { BenchResult } from "./bench.ts";
import { selectBenches } from "./registry.ts";
import { machineText, renewReport } from "./report.ts";

const USAGE = "make bench [ONLY=name], or node bench/main.ts [--only NAME] [--samples N]";
const DIGITS = 4;

/** Runs what the words name and prints a line for each figure; the exit code. Never throws. */
export async function runBenches(words: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort(new Error("interrupted"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
  try {
    const { only, samples } = readWords(words);
    for (const bench of selectBenches(only)) {
      const results = await bench.run({ samples, signal: interruption.signal });
      for (const result of results) process.stdout.write(`${jsonLine(result)}\n`);
      if (samples === null) await renewReport(results, machineText(), new Date());
    }
    return EXIT.ok;
  } catch (error) {
    const { message, hint } = error instanceof UsageError ? error : { message: (error as Error).message, hint: "" };
    process.stderr.write(`bench: ${message}${hint === "" ? "" : `\n${hint}`}\n`);
    return error instanceof UsageError ? EXIT.usage : EXIT.unexpected;
  }
}

/** Exported fields of a figure, in the order that programs are promised. */
function jsonLine({ name, value, unit, baseline, ratio }: BenchResult): string {
  return JSON.stringify({ name, value: rounded(value), unit, baseline: rounded(baseline), ratio: rounded(ratio) });
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

function readWords(words: readonly string[]): { only: string | null; samples: number | null } {
  const options = { only: { type: "string" }, samples: { type: "string" } } as const;
  let values: { only?: string; samples?: string };
  try {
    values = parseArgs({ args: [...words], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, USAGE);
  }
  const samples = values.samples === undefined ? null : Number(values.samples);
  if (samples !== null && !(Number.isInteger(samples) && samples > 0)) {
    throw new UsageError(`--samples ${values.samples ?? ""} is not a whole number above 0`, USAGE);
  }
  return { only: values.only ?? null, samples };
}
