/** `warn`: it works, and somebody should look at it. `fail`: something does not work. */
export type FindingState = "ok" | "warn" | "fail";

/** What one check found. */
export interface Finding {
  /** What was looked at: `clock`, `certificate cli`. A check that finds several faults tells each under the same name. */
  readonly name: string;
  readonly state: FindingState;
  /** One line. */
  readonly message: string;
  /** The command or setting that mends it; empty when all is well. */
  readonly hint: string;
}

/** All is well with it. */
export function ok(name: string, message: string): Finding {
  return { name, state: "ok", message, hint: "" };
}

/** It works, but should be looked at. */
export function warn(name: string, message: string, hint: string): Finding {
  return { name, state: "warn", message, hint };
}

/** It does not work. */
export function fail(name: string, message: string, hint: string): Finding {
  return { name, state: "fail", message, hint };
}
