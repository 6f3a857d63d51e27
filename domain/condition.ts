// What an alert waits for. The text a user types is parsed on the server only (condition-language.ts); every client shows the server's
// sentence. docs/conditions.md says exactly when each is true and when it fires.

/** The price is at or above (at or below) the level. */
export interface LevelCondition {
  readonly kind: "above" | "below";
  readonly level: number;
  /** It must be so for this long, in time seen; 0: at once. */
  readonly forMs: number;
}

/** The price passes the level: an event, never already true. */
export interface CrossesCondition {
  readonly kind: "crosses";
  readonly direction: "up" | "down" | "either";
  readonly level: number;
}

/** The price is between the levels, both included; or at one of them or beyond. */
export interface BandCondition {
  readonly kind: "inside" | "outside";
  /** Less than `upper`. */
  readonly lower: number;
  readonly upper: number;
  /** It must be so for this long, in time seen; 0: at once. */
  readonly forMs: number;
}

export type Condition = LevelCondition | CrossesCondition | BandCondition;

/** Whether the condition is about a band of prices, not about one level. */
export function isBand(condition: Condition): condition is BandCondition {
  return condition.kind === "inside" || condition.kind === "outside";
}

/** How long the condition must hold before it fires. */
export function forMsOf(condition: Condition): number {
  return condition.kind === "crosses" ? 0 : condition.forMs;
}
