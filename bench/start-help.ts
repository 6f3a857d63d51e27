// What running the sources as they are costs at the start: `bell --help` as a whole process, beside a Node that does nothing.
import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { join } from "node:path";
import { quantile, type Bench, type BenchOptions } from "./bench.ts";

const RUNS = 15;
const MAIN = join(import.meta.dirname, "../cli/main.ts");

export const startHelp: Bench = {
  names: ["start.help"],
  run: ({ samples }: BenchOptions) => {
    const ours: number[] = [];
    const bare: number[] = [];
    timeOf([MAIN, "--help"]); // fills the compile cache
    for (let run = 0; run < (samples ?? RUNS); run += 1) {
      ours.push(timeOf([MAIN, "--help"]));
      bare.push(timeOf(["--eval", "0"]));
    }
    const value = quantile(ours, 0.5);
    const baseline = quantile(bare, 0.5);
    return Promise.resolve([
      {
        name: "start.help",
        value,
        unit: "ms",
        baseline,
        ratio: value / baseline,
        baselineMeaning: "the same Node running an empty script; both as whole processes, in turn, median.",
        limit: "loading and stripping the modules that the command's help needs.",
      },
    ]);
  },
};

function timeOf(args: readonly string[]): number {
  const start = performance.now();
  spawnSync(process.execPath, args, { stdio: "ignore" });
  return performance.now() - start;
}
