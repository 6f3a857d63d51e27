// What an alert waits for. The text a user types is parsed on the server only (condition-language.ts); every client shows the server's sentence.

/** The price is at or above the level. */
interface AboveCondition {
  readonly kind: "above";
  readonly level: number;
}

/** The price is at or below the level. */
interface BelowCondition {
  readonly kind: "below";
  readonly level: number;
}

/** The price passes the level: an event, never already true. */
export interface CrossesCondition {
  readonly kind: "crosses";
  readonly direction: "up" | "down" | "either";
  readonly level: number;
}

export type Condition = AboveCondition | BelowCondition | CrossesCondition;
