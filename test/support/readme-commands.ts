import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../runtime/config/setting-types.ts";

/** Every line of every `sh` block of README.md, in order. */
export function readmeCommands(): string[] {
  const text = readFileSync(join(PROJECT_ROOT, "README.md"), "utf8");
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  return blocks.flatMap((block) => block.split("\n")).filter((line) => line.trim() !== "");
}
