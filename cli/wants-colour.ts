import type { Environment } from "../runtime/config/read-settings.ts";

/** Colours are for screens, unless NO_COLOR says otherwise (https://no-color.org). */
export function wantsColour(environment: Environment, isScreen: boolean): boolean {
  return isScreen && (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb";
}
