import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

const IMPORT = /(?:from|import)\s*\(?\s*"(\.[^"]+\.ts)"/g;

/** The file and every file of ours that it loads, whether at its start or later, by their absolute paths. */
export function importedFiles(entry: string): string[] {
  const found = new Set([entry]);
  for (const file of found) {
    if (!existsSync(file)) continue;
    for (const [, path = ""] of readFileSync(file, "utf8").matchAll(IMPORT)) found.add(resolve(dirname(file), path));
  }
  return [...found];
}
