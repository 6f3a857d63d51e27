import type { Entitlement, Market } from "./market.ts";
import type { Plan } from "./plan.ts";

/** One question that passed the quotas: who asks what of which market. */
export interface Question {
  readonly functionName: string;
  readonly parameters: Parameters;
  readonly plan: Plan;
  readonly market: Market;
}

/** Thrown inside a function when a parameter or symbol is not one it takes; becomes the "Invalid API call" refusal. */
export class BadParameter extends Error {}

/** The query of a request. Names and values are case-sensitive; of a repeated name the last counts. */
export class Parameters {
  readonly #query: URLSearchParams;

  constructor(query: URLSearchParams) {
    this.#query = query;
  }

  /** The text of a parameter; empty when it is missing. */
  text(name: string): string {
    return this.#query.getAll(name).at(-1) ?? "";
  }

  /** One of a few words, the first of them when the parameter is missing; throws BadParameter for any other. */
  choice<const Word extends string>(name: string, words: readonly [Word, ...Word[]]): Word {
    const text = this.text(name);
    if (text === "") return words[0];
    const word = words.find((one) => one === text);
    if (word === undefined) throw new BadParameter(name);
    return word;
  }

  /** A symbol as it was typed, known to the market by its capitals; throws BadParameter for any other. */
  symbol(market: Market): { readonly typed: string; readonly symbol: string } {
    const typed = this.text("symbol");
    const symbol = typed.toUpperCase();
    if (!SYMBOL.test(typed) || !market.has(symbol)) throw new BadParameter("symbol");
    return { typed, symbol };
  }
}

/** What a symbol may look like: BRK-B, TSCO.LON, BFOR:BAT, BC/PB. */
const SYMBOL = /^[A-Za-z0-9.:/-]{1,20}$/;

/** Names that `demo` may ask: the documented examples. */
const DEMO_EXAMPLES: ReadonlySet<string> = new Set([
  "TIME_SERIES_INTRADAY IBM",
  "GLOBAL_QUOTE IBM",
  "GLOBAL_QUOTE 300135.SHZ",
  "REALTIME_BULK_QUOTES MSFT,AAPL,IBM",
  "SYMBOL_SEARCH tesco",
  "SYMBOL_SEARCH tencent",
  "SYMBOL_SEARCH BA",
  "SYMBOL_SEARCH SAIC",
  "MARKET_STATUS ",
]);

/** Whether a question is one of the documented examples that the key `demo` answers. */
export function isDemoExample(functionName: string, parameters: Parameters): boolean {
  return DEMO_EXAMPLES.has(`${functionName} ${parameters.text("symbol") || parameters.text("keywords")}`);
}

/** How fresh an answer is: what was asked, else what the plan has. */
export function entitlementOf(question: Question): Entitlement {
  return question.parameters.choice("entitlement", [question.plan.entitlement, "realtime", "delayed"]);
}
