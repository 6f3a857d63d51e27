import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import type { Bar } from "./bar.ts";
import { badFile, parseBars, type RecordedBars } from "./bars-file.ts";

/** SYMBOL.csv, or SYMBOL_ANYTHING.csv for a part of a symbol's bars. */
const FILE_NAME = /^([A-Za-z0-9.-]{1,20})(_.*)?\.csv$/i;

/** Reads every CSV of a folder (not of folders in it); throws FAILED_PRECONDITION without any, INVALID_ARGUMENT for a bad row. */
export async function loadBarsFolder(folder: string): Promise<ReadonlyMap<string, RecordedBars>> {
  const names = (await readNames(folder)).filter((name) => FILE_NAME.test(name)).sort();
  if (names.length === 0) throw noBars(folder, "holds no SYMBOL.csv");
  const symbols = new Map<string, RecordedBars>();
  for (const name of names) {
    const symbol = (FILE_NAME.exec(name)?.[1] ?? name).toUpperCase();
    const file = join(folder, name);
    const read = parseBars(await readFile(file, "utf8"), file);
    const known = symbols.get(symbol);
    symbols.set(symbol, known === undefined ? read : merge(known, read, file));
  }
  return symbols;
}

async function readNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw noBars(folder, `cannot be read: ${(cause as Error).message}`, cause);
  }
}

function merge(known: RecordedBars, read: RecordedBars, file: string): RecordedBars {
  if (known.periodMs !== read.periodMs)
    throw badFile(file, 2, "time", "another file of this symbol has another period");
  const bars: Bar[] = [...known.bars, ...read.bars].sort((a, b) => a.startMs - b.startMs);
  const twice = bars.some((bar, at) => bar.startMs === bars[at - 1]?.startMs);
  if (twice) throw badFile(file, 2, "time", "another file of this symbol has a bar of the same time");
  return { periodMs: known.periodMs, bars };
}

function noBars(folder: string, what: string, cause?: unknown): AppError {
  return new AppError("FAILED_PRECONDITION", "CONFIG_INVALID", `the folder of bars ${folder} ${what}`, {
    hint: "name a folder with one SYMBOL.csv for each symbol",
    cause,
  });
}
