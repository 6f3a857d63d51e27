import { HOUR_MS } from "../../../domain/time.ts";
import type { Clock } from "../../../runtime/clock/clock.ts";
import type { Log } from "../../../runtime/log/log.ts";
import type { Plan } from "../../rate-limiter.ts";
import type { Refusal, RefusalClass } from "../source.ts";
import type { RefusedFunctions } from "./refused-functions.ts";
import type { AlphaVantageFunction } from "./request-url.ts";

/** One function, or what the key's plan has. */
export type FunctionSetting = AlphaVantageFunction | "auto";

/** The plan does not include what was asked; made-up rows are this service's way to say so. No fault of anybody's. */
const NOT_IN_PLAN: readonly RefusalClass[] = ["not_entitled", "sample_data"];
/** Another function may know the symbol, or at least answer in a way that can be read. */
const OF_THE_SYMBOL: readonly RefusalClass[] = ["no_data", "bad_request", "malformed"];
/** How long it is remembered which function knows a symbol: a new listing soon is in all of them. */
const KNOWN_BY_MS = 12 * HOUR_MS;

/**
 * The functions to ask, the best first. A key that pays gets all symbols in one request, else minute bars. To a free key all
 * are of the day that ended: the day's quote has its highest and lowest price, a hundred minute bars those of its last hours.
 */
export function functionsOf(setting: FunctionSetting, plan: Plan): readonly AlphaVantageFunction[] {
  if (setting !== "auto") return [setting];
  return plan === "free" ? ["global-quote", "intraday"] : ["bulk-quotes", "intraday", "global-quote"];
}

/** One symbol's way through the functions, within one round. */
export interface Turn {
  readonly symbol: string;
  /** What gave no price in this round. */
  readonly tried: AlphaVantageFunction[];
  /** What the best of them said. */
  first: Refusal | null;
}

export interface FunctionChoiceOptions {
  /** The best first; at least one. */
  readonly functions: readonly AlphaVantageFunction[];
  readonly refused: RefusedFunctions;
  readonly clock: Clock;
  readonly log: Log;
}

/** The one function that is asked for a symbol for some hours. */
interface KnownBy {
  readonly function: AlphaVantageFunction;
  /** It gave a price; else none of them did, and it is the best. */
  readonly hasAnswered: boolean;
  /** On the monotonic clock. */
  readonly untilMs: number;
}

/** Knows which function to ask for a symbol, by what was answered so far. */
export class FunctionChoice {
  readonly #options: FunctionChoiceOptions;
  readonly #knownBy = new Map<string, KnownBy>();

  constructor(options: FunctionChoiceOptions) {
    this.#options = options;
  }

  /** What to ask next; undefined when there is nothing left that may have a price. */
  nextFor({ symbol, tried }: Turn): AlphaVantageFunction | undefined {
    const inPlan = this.#inPlan();
    const known = this.#knownByNow(symbol);
    const fit = known !== undefined && inPlan.includes(known.function) ? [known.function] : inPlan;
    return fit.find((one) => !tried.includes(one));
  }

  /** A function was refused. Whether it was for want of a plan, and another is left to ask: for a day it is asked no more. */
  movesOnFrom(asked: AlphaVantageFunction, { class: why }: Refusal): boolean {
    const { refused, log } = this.#options;
    const [next] = this.#inPlan().filter((one) => one !== asked);
    if (!NOT_IN_PLAN.includes(why) || next === undefined || refused.has(asked)) return false;
    refused.note(asked);
    log.info(
      { function: asked, refusal: why, next },
      "the key's plan does not include this function: another is asked",
    );
    return true;
  }

  /** A function gave no price for one symbol. Whether another is left to ask in this round. */
  triesOn(turn: Turn, asked: AlphaVantageFunction, refusal: Refusal): boolean {
    if (!OF_THE_SYMBOL.includes(refusal.class)) return false;
    turn.first ??= refusal;
    turn.tried.push(asked);
    const known = this.#knownByNow(turn.symbol);
    if (known?.hasAnswered === false) return false; // the others had none either
    this.#knownBy.delete(turn.symbol);
    if (this.nextFor(turn) !== undefined) return true;
    this.#remember(turn, turn.tried[0] ?? asked, false);
    return false;
  }

  /** A function gave a price. */
  noteAnswer(turn: Turn, asked: AlphaVantageFunction): void {
    if (turn.tried.length > 0) this.#remember(turn, asked, true);
  }

  #remember({ symbol, first }: Turn, asked: AlphaVantageFunction, hasAnswered: boolean): void {
    if (first === null || first.class === "malformed") return; // that may be whole the next time
    const untilMs = this.#options.clock.monotonic() + KNOWN_BY_MS;
    this.#knownBy.set(symbol, { function: asked, hasAnswered, untilMs });
  }

  #knownByNow(symbol: string): KnownBy | undefined {
    const known = this.#knownBy.get(symbol);
    return known !== undefined && this.#options.clock.monotonic() < known.untilMs ? known : undefined;
  }

  /** When all were refused, the last is asked still: plans change. */
  #inPlan(): readonly AlphaVantageFunction[] {
    const { functions, refused } = this.#options;
    const left = functions.filter((one) => !refused.has(one));
    return left.length > 0 ? left : functions.slice(-1);
  }
}
