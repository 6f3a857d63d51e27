import { MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { limitsOfPlan, type Plan } from "../rate-limiter.ts";
import type { FunctionSetting } from "../sources/alpha-vantage/function-choice.ts";
import { BULK_SYMBOLS_MAX, type Entitlement } from "../sources/alpha-vantage/request-url.ts";
import type { KeyTerms } from "./pace.ts";
import { hashOfKey } from "./request-ledger.ts";

/** A key as the settings tell of it. */
export interface KeySettings {
  readonly key: string;
  readonly plan: Plan;
  readonly function: FunctionSetting;
  readonly entitlement: Entitlement;
}

/** Delayed prices are told so much later. */
const DELAY_MS = 15 * MINUTE_MS;
/** Over so many seconds the rounds of all free keys are spread: each key has its own place. */
const SPREAD_SECONDS = 300;

/** What an Alpha Vantage key gets. */
export function keyTermsOf({ key, plan, function: asked, entitlement }: KeySettings): KeyTerms {
  const limits = limitsOfPlan(plan);
  const isBulk = asked === "bulk-quotes" || (asked === "auto" && plan !== "free" && entitlement === "realtime");
  // A key that pays has something to see of the session even if nobody has said what.
  const ofToday = entitlement === "none" && limits.perDay !== null ? null : 0;
  return {
    limits,
    symbolsARequest: isBulk ? BULK_SYMBOLS_MAX : 1,
    lagMs: entitlement === "delayed" ? DELAY_MS : ofToday,
    stretch: asked === "global-quote" ? "regular" : "extended",
    spreadMs: (Number.parseInt(hashOfKey(key).slice(0, 8), 16) % SPREAD_SECONDS) * SECOND_MS,
  };
}
