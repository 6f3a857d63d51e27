import { resolve } from "node:path";
import { parseArgs } from "node:util";

export interface DemoArguments {
  /** A folder of recorded bars to replay; null: a price is moved by hand. */
  readonly barsFolder: string | null;
  /** Where the data stay afterwards; null: nowhere. */
  readonly keepFolder: string | null;
}

/** `[BARS_DIR] [--keep FOLDER]`; throws TypeError for anything else. */
export function readArguments(words: readonly string[]): DemoArguments {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { keep: { type: "string" } },
    allowPositionals: true,
  });
  if (positionals.length > 1) throw new TypeError(`one folder of bars at most, not ${positionals.join(" and ")}`);
  const absolute = (path: string | undefined): string | null => (path === undefined ? null : resolve(path));
  return { barsFolder: absolute(positionals[0]), keepFolder: absolute(values.keep) };
}
