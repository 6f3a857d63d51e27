import { currencyOf } from "./symbol.ts";

/** So many symbols one rule may be for. */
const MAX_SYMBOLS = 50;

/** What is wrong with a list of symbols, and with which of them. */
export interface SymbolListProblem {
  readonly index: number;
  readonly message: string;
  readonly hint: string;
}

/** The first thing wrong with the symbols of one rule: too many, one twice, or unlike currencies; null if they are sound. */
export function findSymbolListProblem(symbols: readonly string[]): SymbolListProblem | null {
  if (symbols.length > MAX_SYMBOLS) {
    const message = `${symbols.length} symbols are too many: one rule is for at most ${MAX_SYMBOLS}`;
    return { index: MAX_SYMBOLS, message, hint: "Make a second alert for the others." };
  }
  const [first = ""] = symbols;
  const seen = new Set<string>();
  for (const [index, symbol] of symbols.entries()) {
    if (seen.has(symbol)) {
      return { index, message: `${symbol} is in the list twice`, hint: "Name each symbol once." };
    }
    seen.add(symbol);
    if (currencyOf(symbol) !== currencyOf(first)) {
      const message = `${symbol} is quoted in ${currencyOf(symbol)} and ${first} in ${currencyOf(first)}: a level has one currency`;
      return { index, message, hint: "Make an alert for each currency." };
    }
  }
  return null;
}
