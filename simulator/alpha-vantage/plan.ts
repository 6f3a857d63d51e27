import { AppError } from "../../domain/error.ts";
import type { Entitlement } from "./market.ts";

/** What a key may ask; null is no limit. */
export interface Plan {
  readonly perSecond: number | null;
  readonly perMinute: number | null;
  readonly perDay: number | null;
  readonly entitlement: Entitlement;
  readonly premium: boolean;
}

const PLAN_NAMES = ["free", "75", "150", "300", "600", "1200", "unlimited"] as const;
export type PlanName = (typeof PLAN_NAMES)[number];

/** The plans that are sold, by name; a number is the requests a minute. The paid ceilings a second go from 5 to 30. */
export const PLANS: Readonly<Record<PlanName, Plan>> = {
  free: { perSecond: 1, perMinute: null, perDay: 25, entitlement: "none", premium: false },
  "75": paid(75, 5),
  "150": paid(150, 10),
  "300": paid(300, 20),
  "600": paid(600, 20),
  "1200": paid(1200, 30),
  unlimited: { perSecond: null, perMinute: null, perDay: null, entitlement: "realtime", premium: true },
};

function paid(perMinute: number, perSecond: number): Plan {
  return { perSecond, perMinute, perDay: null, entitlement: "realtime", premium: true };
}

/** A plan by its name; throws INVALID_ARGUMENT for a name that is not sold. */
export function planNamed(name: string): Plan {
  const known = PLAN_NAMES.find((one) => one === name);
  if (known !== undefined) return PLANS[known];
  throw AppError.invalidField(
    "plan",
    "CONFIG_INVALID",
    `there is no plan "${name}"`,
    `plans are ${PLAN_NAMES.join(", ")}`,
  );
}
