/** One figure, beside what it is measured against in the same run. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline: number;
  /** value / baseline. */
  readonly ratio: number;
  /** One sentence: what the baseline is. */
  readonly baselineMeaning: string;
  /** One sentence: what keeps the value from being better. */
  readonly limit: string;
}

/** What the command line may change. */
export interface BenchOptions {
  /** How often something is measured, instead of the bench's own number; such a run is a trial and is not written down. */
  readonly samples: number | null;
  readonly signal: AbortSignal;
}

/** A measurement; one run may give several figures. */
export interface Bench {
  readonly names: readonly string[];
  run(options: BenchOptions): Promise<BenchResult[]>;
}

/** The value that so large a share (0 to 1) of the numbers does not exceed, by the nearest rank; NaN of none. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
