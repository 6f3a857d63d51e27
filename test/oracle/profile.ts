/** What a history is about, beside prices that go up and down. */
export type Mood = "plain" | "storm" | "wild" | "word" | "restless" | "worlds";

/** What comes in one history. */
export interface Profile {
  /**
   * In a storm the price swings over everything: what the runaway guard is there for. In a wild one come prices that are not to be believed; where an
   * operator has the word he accepts every one of them;
   * in a restless one owners pause without end, between worlds simulated prices and real ones take turns.
   */
  readonly mood: Mood;
  readonly periodMs: number;
  readonly stepMs: number;
  readonly count: number;
  readonly source: string;
  /** Another feed that speaks of the same symbol at times. */
  readonly other: { readonly source: string; readonly periodMs: number } | null;
}
