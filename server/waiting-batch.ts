import type { Quote } from "../domain/quote.ts";
import type { BatchRecord, OpenJudging } from "./batch-record.ts";
import type { Sizes } from "./waiting-room.ts";

/** What became of a batch that is on disk and judged. */
export interface BatchResult {
  readonly storedCount: number;
  /** How many were known already, or older than what is stored. */
  readonly knownCount: number;
  /** Symbols whose prices are doubted: the source is to be asked for them again. */
  readonly doubted: readonly string[];
}

/** A batch on its way: part by part its quotes are stored, and those judged that open a judging. */
export class WaitingBatch {
  /** The stream that brought it. */
  readonly stream: AbortSignal;
  /** What is not on disk. */
  remaining: readonly Quote[];
  /** How much of the waiting room that takes. */
  sizes: Sizes;
  /** Resolves when the batch is through. */
  readonly through: Promise<BatchResult>;
  readonly #settle: Omit<PromiseWithResolvers<BatchResult>, "promise">;
  readonly #opened: number[] = [];
  readonly #doubted: string[] = [];
  #storedCount = 0;
  #knownCount = 0;

  constructor(quotes: readonly Quote[], stream: AbortSignal) {
    this.remaining = quotes;
    this.sizes = sizesOf(quotes);
    this.stream = stream;
    const { promise, ...settle } = Promise.withResolvers<BatchResult>();
    promise.catch(() => undefined); // whoever brought it may be gone
    this.through = promise;
    this.#settle = settle;
  }

  /** Whether a commit could take any of it: not if it waits for open judgings alone. */
  isReady(openSymbols: ReadonlySet<string>): boolean {
    return [...this.sizes.keys()].some((symbol) => !openSymbols.has(symbol));
  }

  /** Takes note of what a commit did. */
  note({ storedCount, knownCount, deferred, opened, doubted }: BatchRecord): void {
    this.remaining = deferred;
    this.sizes = sizesOf(deferred);
    this.#storedCount += storedCount;
    this.#knownCount += knownCount;
    this.#opened.push(...opened);
    this.#doubted.push(...doubted);
  }

  /** Whether everything of it is on disk and judged; then its promise resolves. */
  endIfThrough(open: readonly OpenJudging[]): boolean {
    if (this.remaining.length > 0 || open.some(({ seq }) => this.#opened.includes(seq))) return false;
    this.#settle.resolve({ storedCount: this.#storedCount, knownCount: this.#knownCount, doubted: this.#doubted });
    return true;
  }

  fail(error: unknown): void {
    this.#settle.reject(error);
  }
}

function sizesOf(quotes: readonly Quote[]): Sizes {
  const sizes = new Map<string, number>();
  for (const { symbol } of quotes) sizes.set(symbol, (sizes.get(symbol) ?? 0) + 1);
  return sizes;
}
