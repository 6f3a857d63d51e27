import type { IncomingMessage } from "node:http";
import type { Answer } from "./answer.ts";
import { answerBulkQuotes } from "./bulk-quotes.ts";
import { answerGlobalQuote } from "./global-quote.ts";
import { answerIntraday } from "./intraday.ts";
import type { Market } from "./market.ts";
import { answerMarketStatus } from "./market-status.ts";
import type { Plan } from "./plan.ts";
import { BadParameter, isDemoExample, Parameters, type Question } from "./question.ts";
import type { Quota } from "./quota.ts";
import * as refusal from "./refusal.ts";
import { answerSymbolSearch } from "./symbol-search.ts";

const FUNCTIONS: ReadonlyMap<string, (question: Question) => Answer> = new Map([
  ["TIME_SERIES_INTRADAY", answerIntraday],
  ["GLOBAL_QUOTE", answerGlobalQuote],
  ["REALTIME_BULK_QUOTES", answerBulkQuotes],
  ["SYMBOL_SEARCH", answerSymbolSearch],
  ["MARKET_STATUS", answerMarketStatus],
]);

export interface QueryDoorOptions {
  readonly market: Market;
  readonly quota: Quota;
  /** Plans of single keys; every other key, whatever it is, has the default plan. */
  readonly keys: ReadonlyMap<string, Plan>;
  readonly defaultPlan: Plan;
  /** Functions that keys without premium are refused. */
  readonly premiumFunctions: ReadonlySet<string>;
}

/** Decides what a question gets; nothing but the market's replay and the quotas change by it. */
export class QueryDoor {
  readonly #options: QueryDoorOptions;

  constructor(options: QueryDoorOptions) {
    this.#options = options;
  }

  /** The order of the checks is the service's: key, function, day, minute, burst, premium, parameters. */
  answer(query: URLSearchParams): Answer {
    const parameters = new Parameters(query);
    const key = parameters.text("apikey");
    if (key === "") return refusal.refuseMissingKey();
    const functionName = parameters.text("function");
    const answerFunction = FUNCTIONS.get(functionName);
    if (answerFunction === undefined) return refusal.refuseFunction(functionName);
    const plan = this.#options.keys.get(key) ?? this.#options.defaultPlan;
    const question = { functionName, parameters, plan, market: this.#options.market };
    const refused =
      this.#refuseQuota(key, plan) ??
      (key === "demo" && !isDemoExample(functionName, parameters) ? refusal.refuseDemo() : undefined) ??
      this.#refusePremium(question);
    return refused ?? answerChecked(question, answerFunction);
  }

  #refuseQuota(key: string, plan: Plan): Answer | undefined {
    const broken = this.#options.quota.take(key, plan);
    if (broken === "day") return refusal.refuseDay(key, plan);
    if (broken === "minute") return refusal.refuseMinute(plan);
    return broken === "second" ? refusal.refuseBurst(plan) : undefined;
  }

  #refusePremium({ functionName, parameters, plan }: Question): Answer | undefined {
    if (!plan.premium && this.#options.premiumFunctions.has(functionName)) return refusal.refusePremiumFunction();
    // Bulk quotes do not refuse a key that is not entitled: they answer invented rows.
    if (functionName === "REALTIME_BULK_QUOTES") return undefined;
    if (!plan.premium && parameters.text("outputsize") === "full") {
      return refusal.refusePremiumValue("outputsize=full", functionName);
    }
    const asked = parameters.text("entitlement");
    const known = asked === "realtime" || asked === "delayed";
    const entitled = plan.entitlement === "realtime" || plan.entitlement === asked;
    return known && !entitled ? refusal.refuseEntitlement(asked) : undefined;
  }
}

/** Whether a client that sends this Accept header takes JSON or files; the service answers 406 otherwise. */
export function acceptsAnswer(request: IncomingMessage): boolean {
  const accept = request.headers.accept;
  return accept === undefined || /\*\/\*|application\/(\*|json|x-download)|text\/(\*|csv)/i.test(accept);
}

function answerChecked(question: Question, answerFunction: (question: Question) => Answer): Answer {
  try {
    return answerFunction(question);
  } catch (error) {
    if (error instanceof BadParameter) return refusal.refuseCall(question.functionName);
    throw error;
  }
}
