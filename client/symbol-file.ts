import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { AppError } from "../domain/error.ts";
import { parseSymbol } from "../domain/symbol.ts";

/** The last list of symbols that a server told, in the data folder. */
export const SYMBOL_FILE_NAME = "symbols.json";

/** What the file says; null if it is missing or damaged. */
export function readSymbolFile(file: string): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return Array.isArray(value) ? value.map((one) => parseSymbol(String(one))) : null;
  } catch (error) {
    if (error instanceof AppError || error instanceof SyntaxError || (error instanceof Error && "code" in error))
      return null;
    throw error;
  }
}

/** Whole or not at all. Throws what the file system throws. */
export function writeSymbolFile(file: string, symbols: readonly string[]): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(symbols)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
