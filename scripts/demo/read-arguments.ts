import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "../../cli/usage-error.ts";

const USAGE = "make demo [BARS_DIR=folder], or node scripts/demo.ts [BARS_DIR] [--keep FOLDER]";

export interface DemoArguments {
  /** A folder of recorded bars to replay; null: a price is moved by hand. */
  readonly barsFolder: string | null;
  /** Where the data stay afterwards; null: nowhere. */
  readonly keepFolder: string | null;
}

/** `[BARS_DIR] [--keep FOLDER]`; throws UsageError for anything else. */
export function readArguments(words: readonly string[]): DemoArguments {
  const { keep, folders } = parse(words);
  if (folders.length > 1) throw new UsageError(`one folder of bars at most, not ${folders.join(" and ")}`, USAGE);
  const absolute = (path: string | undefined): string | null => (path === undefined ? null : resolve(path));
  return { barsFolder: absolute(folders[0]), keepFolder: absolute(keep) };
}

function parse(words: readonly string[]): { keep: string | undefined; folders: string[] } {
  try {
    const options = { keep: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    return { keep: values.keep, folders: positionals };
  } catch (error) {
    throw new UsageError((error as Error).message, USAGE);
  }
}
