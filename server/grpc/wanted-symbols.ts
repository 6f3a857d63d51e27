import { AppError } from "../../domain/error.ts";
import { parseSymbol } from "../../domain/symbol.ts";
import { readEach } from "./read-each.ts";

const MOST_SYMBOLS = 100;

/** The symbols that a call asks for, none for all of them. Throws AppError INVALID_ARGUMENT that names each bad one by its place. */
export function wantedSymbols(symbols: readonly string[]): ReadonlySet<string> {
  if (symbols.length > MOST_SYMBOLS) {
    throw AppError.invalidField("symbols", "FIELD_INVALID", `must name at most ${MOST_SYMBOLS} symbols`);
  }
  return new Set(readEach("symbols", symbols, parseSymbol));
}
