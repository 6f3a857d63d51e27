// Whether a source knows a symbol, before it is watched: a mistake in typing would wait for a price for ever.
import { AppError } from "../../domain/error.ts";
import { nearSymbols } from "../../domain/near-symbols.ts";
import { parseSymbol } from "../../domain/symbol.ts";
import type { FoundSymbol } from "../../proto/gen/tickerbell/v1/symbol_service.ts";

/** So many are offered in the place of one that is not known. */
const NEAREST = 3;
/** A source that says so of a match, from 0 to 1, found what was typed in its name: TESLA is Tesla Inc. Below it are its guesses. */
const MEANT_SCORE = 0.6;

/** What a source said to one symbol. */
export interface SymbolCheck {
  readonly symbol: string;
  /** Whether the source knows it. */
  readonly isKnown: boolean;
  /** What was meant, perhaps: the nearest first, each with its name, if there is one. */
  readonly nearest: readonly string[];
}

/** Reads what the source found for a symbol, which may be one of `watched` that was mistyped. */
export function checkSymbol(symbol: string, matches: readonly FoundSymbol[], watched: readonly string[]): SymbolCheck {
  const names = new Map(matches.flatMap((match) => spelled(match).map((one) => [one, match.name] as const)));
  const choices = [...new Set([...names.keys(), ...watched])];
  const meant = new Set(matches.filter(({ score }) => score >= MEANT_SCORE).flatMap(spelled));
  const nearest = nearSymbols(symbol, choices, NEAREST, (choice) => meant.has(choice)).map((one) => {
    const name = names.get(one) ?? "";
    return name === "" || name === one ? one : `${one} (${name})`;
  });
  return { symbol, isKnown: names.has(symbol), nearest };
}

/** A match in our spelling; one that is no symbol is none. */
export function spelled({ symbol }: Pick<FoundSymbol, "symbol">): string[] {
  try {
    return [parseSymbol(symbol)];
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}

/** In words, for whoever wants it watched. */
export function unknownText({ symbol, nearest }: SymbolCheck): string {
  const near = nearest.length === 0 ? "" : `; near it: ${nearest.join(", ")}`;
  return `the source does not know ${symbol}${near}`;
}
