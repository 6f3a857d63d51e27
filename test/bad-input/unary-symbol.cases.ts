import {
  AddSymbolsRequest,
  RemoveSymbolsRequest,
  SymbolServiceService as symbols,
} from "../../proto/gen/tickerbell/v1/symbol_service.ts";
import { badCases, invalid, type BadCase } from "./bad-case.ts";
import type { UnaryCall } from "./unary-world.ts";

const OPERATOR = { role: "operator" } as const;
const add =
  (request: Parameters<typeof AddSymbolsRequest.fromPartial>[0]): UnaryCall =>
  (world) =>
    world.ask(symbols.addSymbols, AddSymbolsRequest.fromPartial({ unchecked: true, ...request }), OPERATOR);
const remove =
  (request: Parameters<typeof RemoveSymbolsRequest.fromPartial>[0]): UnaryCall =>
  (world) =>
    world.ask(symbols.removeSymbols, RemoveSymbolsRequest.fromPartial(request), OPERATOR);
const search =
  (text: string): UnaryCall =>
  (world) =>
    world.ask(symbols.searchSymbols, { text });

const TEXTS: Readonly<Record<string, string>> = {
  "a search with NUL": "apple\u0000",
  "a search on two lines": "apple\npear",
  "a search with a line separator": "apple\u2028pear",
  "a search with an escape": "\u001b[31mapple",
  "a search that turns the reading round": "apple\u202e",
  "a search of 101 characters": "a".repeat(101),
  "a search of 100,000 characters": "a".repeat(100_000),
};
const NAMES: Readonly<Record<string, string>> = {
  "a blank": "A B",
  "a path": "../AAPL",
  nothing: "",
  NUL: "AAPL\u0000",
  "a Cyrillic letter": "\u0410APL",
  "33 letters": "A".repeat(33),
  "an option": "--force",
  SQL: "'; DROP TABLE tracked_symbols; --",
};
const named = (what: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(NAMES).map(([name, text]) => [`a symbol to ${what} that is ${name}`, text]));
const NEW = Array.from({ length: 100 }, (_none, at) => `N${at}`);

/** What is no symbol, too much, or not there; and what cannot be looked up. */
export const SYMBOL_CASES: readonly BadCase<UnaryCall>[] = [
  ...badCases(named("add"), (text) => add({ symbols: ["IBM", text] }), invalid("SYMBOL_FORMAT", "symbols[1]")),
  ...badCases(
    named("remove"),
    (text) => remove({ symbols: [text], force: true }),
    invalid("SYMBOL_FORMAT", "symbols[0]"),
  ),
  { name: "no symbols to add", given: add({}), ...invalid("FIELD_REQUIRED", "symbols") },
  { name: "no symbols to remove", given: remove({ force: true }), ...invalid("FIELD_REQUIRED", "symbols") },
  { name: "101 symbols to add", given: add({ symbols: [...NEW, "X"] }), ...invalid("FIELD_INVALID", "symbols") },
  { name: "101 symbols to remove", given: remove({ symbols: [...NEW, "X"] }), ...invalid("FIELD_INVALID", "symbols") },
  {
    name: "more symbols than there may be, saying how many there are",
    given: add({ symbols: NEW }),
    code: "RESOURCE_EXHAUSTED",
    reason: "SYMBOL_LIMIT",
    says: ["3 of at most 100", "./bell symbols remove"],
  },
  {
    name: "the same before anybody is asked",
    given: add({ symbols: NEW, unchecked: false }),
    code: "RESOURCE_EXHAUSTED",
    reason: "SYMBOL_LIMIT",
  },
  {
    name: "11 symbols to look up at once",
    given: add({ symbols: NEW.slice(0, 11), unchecked: false }),
    ...invalid("FIELD_INVALID", "symbols"),
    says: ["at most 10", "--unchecked"],
  },
  {
    name: "a symbol to look up where no fetcher is",
    given: add({ symbols: ["NFLX"], unchecked: false }),
    code: "UNAVAILABLE",
    reason: "SOURCE_UNAVAILABLE",
    says: ["no fetcher is connected", "./bell fetcher", "--unchecked"],
  },
  {
    name: "to remove what is not watched, whole",
    given: remove({ symbols: ["MSFT", "NOPE"] }),
    code: "NOT_FOUND",
    reason: "SYMBOL_NOT_TRACKED",
    says: ["NOPE is not watched", "./bell symbols list"],
  },
  {
    name: "to remove what alerts watch",
    given: remove({ symbols: ["AAPL"] }),
    code: "FAILED_PRECONDITION",
    reason: "STATE_CONFLICT",
    says: ["2 alerts watch AAPL", "--force"],
  },
  ...badCases(TEXTS, search, invalid("FIELD_INVALID", "text")),
  { name: "a search for nothing", given: search(""), ...invalid("FIELD_REQUIRED", "text") },
  { name: "a search for blanks", given: search(" \t "), ...invalid("FIELD_REQUIRED", "text") },
  {
    name: "a search where no fetcher is",
    given: search("apple"),
    code: "UNAVAILABLE",
    reason: "SOURCE_UNAVAILABLE",
    says: ["./bell fetcher"],
  },
];
