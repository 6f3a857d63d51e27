/** What one set of trials saw. */
export interface TrialResult {
  readonly name: string;
  readonly trials: number;
  readonly violations: number;
  readonly seconds: number;
  /** The first seed; null where nothing is random. */
  readonly seed: number | null;
  /** What was measured on the way, by names that tell the unit; absent where nothing is measured. */
  readonly figures?: Readonly<Record<string, number>>;
}

interface TrialOptions {
  /** How many, instead of the set's own number. */
  readonly trials: number | null;
  /** Each trial has a seed of its own, from this one up. */
  readonly seed: number;
  /** Told of each violation, in a sentence that lets it be played again. */
  readonly onViolation: (text: string) => void;
}

/** A set of trials that takes too long for `make test`. */
export interface LongTrial {
  readonly name: string;
  run(options: TrialOptions): Promise<Pick<TrialResult, "trials" | "seed" | "figures">>;
}
