import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import type { BenchResult } from "./bench.ts";

const REPORT = join(import.meta.dirname, "../docs/benchmarks.md");
const HEAD = `# Benchmarks

Written by \`make bench\`; each section by the run that it names. A ratio is the value divided by its baseline, both from the
same run on the same machine.
`;

/** The machine that figures are from: cores, processor, Node. */
export function machineText(): string {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model.trim() ?? "unknown"}, Node ${process.version}`;
}

/** Writes these figures into docs/benchmarks.md and leaves all others as they are. */
export async function renewReport(results: readonly BenchResult[], machine: string, date: Date): Promise<void> {
  const known = await readFile(REPORT, "utf8").catch(() => HEAD);
  await writeFile(REPORT, renderReport(known, results, machine, date));
}

/** The report with the sections of these results renewed; sections stand in the order of their names. */
export function renderReport(known: string, results: readonly BenchResult[], machine: string, date: Date): string {
  const [, ...old] = known.split(/^## /m);
  const sections = new Map(old.map((section) => [section.split("\n", 1)[0] ?? "", `## ${section.trimEnd()}\n`]));
  for (const result of results) sections.set(result.name, renderSection(result, machine, date));
  const ordered = [...sections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, section]) => section);
  return [HEAD, ...ordered].join("\n");
}

function renderSection(result: BenchResult, machine: string, date: Date): string {
  const { name, value, unit, baseline, ratio, baselineMeaning, limit } = result;
  const cells = [figure(value), figure(baseline), ratio.toFixed(2), date.toISOString().slice(0, 10), machine];
  return [
    `## ${name}`,
    "",
    `\`make bench ONLY=${name}\``,
    "",
    `| value, ${unit} | baseline, ${unit} | ratio | date | machine |`,
    "| ---: | ---: | ---: | --- | --- |",
    `| ${cells.join(" | ")} |`,
    "",
    `Baseline: ${baselineMeaning}`,
    "",
    `What limits it: ${limit}`,
    "",
  ].join("\n");
}

function figure(value: number): string {
  return value >= 1_000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
}
