import type { Clock } from "../../runtime/clock/clock.ts";
import type { FetcherDeps } from "../main.ts";
import { keyTermsOf } from "../planner/key-terms.ts";
import { keylessRequests } from "../planner/open-requests.ts";
import type { Plan } from "../rate-limiter.ts";

/** A key whose limits nobody counts, for a fetcher whose source is a test's own; what it is told is forgotten with the process. */
export function forgetfulRequests(clock: Clock, plan: Plan = "unlimited"): Pick<FetcherDeps, "requests" | "terms"> {
  return {
    requests: keylessRequests(clock),
    terms: keyTermsOf({ key: "local", plan, function: "auto", entitlement: "none" }),
  };
}
