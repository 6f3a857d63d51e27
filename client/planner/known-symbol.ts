import type { TimeMs } from "../../domain/time.ts";

/** What the answers about a symbol have shown so far. */
export interface KnownSymbol {
  /** When the source last answered about it with more than a refusal; null: never. */
  readonly answerTimeMs: TimeMs | null;
  /** The moment that its newest price speaks of; null: there is none. */
  readonly asOfMs: TimeMs | null;
  /** Its market trades day and night, every day. */
  readonly neverCloses: boolean;
  /** When it was last asked for in vain, since the last answer; null: it was not. */
  readonly failedTimeMs: TimeMs | null;
  /** How often in a row that was. */
  readonly failures: number;
  /** How long it is still not to be asked for again, because of that, in milliseconds. */
  readonly waitMs: number;
}

/** A symbol that nothing is known of. */
export const UNKNOWN: KnownSymbol = {
  answerTimeMs: null,
  asOfMs: null,
  neverCloses: false,
  failedTimeMs: null,
  failures: 0,
  waitMs: 0,
};
