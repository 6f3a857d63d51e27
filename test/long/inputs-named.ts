import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LongTrial } from "./trial.ts";

const ROOT = join(import.meta.dirname, "../..");
const MOCHA = join(ROOT, "node_modules/mocha/bin/mocha.js");
/** Where the cases stand by name: what comes in the place of a call, and what each field, stream, command and setting may be given. */
const FILES = [
  "test/framing.test.ts",
  ...["unary", "stream", "addresses", "cli", "configuration"].map((name) => `test/bad-input/${name}.test.ts`),
];

/** What mocha's JSON reporter writes, as far as it is read here. */
interface Report {
  readonly stats: { readonly passes: number; readonly failures: number };
  readonly failures: readonly { readonly fullTitle: string; readonly err: { readonly message?: string } }[];
}

/** Every bad input that has a name, with the code, the reason and the fields that must come of it. A trial is an input, or a look at what it left. */
export const inputsNamed: LongTrial = {
  name: "inputs.named",
  run: async ({ onViolation }) => {
    const folder = mkdtempSync(join(tmpdir(), "inputs-named-"));
    try {
      const { stats, failures } = await runMocha(join(folder, "report.json"));
      for (const { fullTitle, err } of failures) onViolation(`${fullTitle}: ${err.message ?? "failed"}`);
      return { trials: stats.passes + stats.failures, seed: null };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function runMocha(reportFile: string): Promise<Report> {
  const reporting = ["--reporter", "json", "--reporter-option", `output=${reportFile}`];
  const words = [MOCHA, "--no-config", "--exit", "--timeout", "60000", ...reporting, ...FILES];
  const child = spawn(process.execPath, words, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
  return JSON.parse(readFileSync(reportFile, "utf8")) as Report;
}
