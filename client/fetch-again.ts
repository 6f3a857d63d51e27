import { SECOND_MS } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";

/** An answer that comes sooner confirms no doubted price. */
export const FETCH_AGAIN_AFTER_MS = SECOND_MS;

export interface FetchAgainOptions {
  /** The ones that are fetched at all. */
  readonly symbols: () => readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Asks the source; never rejects. */
  readonly onRound: (symbols: readonly string[], signal: AbortSignal) => Promise<void>;
}

/** Fetches symbols once more whose prices the server doubts: a second later, those that were asked for meanwhile after that. */
export class FetchAgain {
  readonly #options: FetchAgainOptions;
  readonly #wanted = new Set<string>();
  #running: Promise<void> | null = null;

  constructor(options: FetchAgainOptions) {
    this.#options = options;
  }

  /** The server wants these; what is not fetched at all is none of its business. */
  want(symbols: readonly string[]): void {
    const { signal, log } = this.#options;
    const fetched = this.#options.symbols();
    const known = symbols.filter((symbol) => fetched.includes(symbol));
    if (known.length === 0 || signal.aborted) return;
    log.info({ symbols: known }, "the server doubts prices: they are fetched again");
    for (const symbol of known) this.#wanted.add(symbol);
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is under way. */
  ended(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  async #run(): Promise<void> {
    const { clock, signal, onRound } = this.#options;
    while (this.#wanted.size > 0 && !signal.aborted) {
      const symbols = [...this.#wanted];
      this.#wanted.clear();
      const isTime = await clock.sleep(FETCH_AGAIN_AFTER_MS, signal).then(
        () => true,
        () => false,
      );
      if (isTime) await onRound(symbols, signal);
    }
    this.#running = null;
  }
}
