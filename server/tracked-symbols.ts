import { AppError } from "../domain/error.ts";
import { SECOND_MS } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import { SYMBOLS_MAX, type SymbolStore, type TrackedSymbol } from "./symbol-store.ts";

/** How often it is looked which symbols have alerts: fetchers only put these first, so that it need not be at once. */
export const LOOK_EVERY_MS = 10 * SECOND_MS;

export interface TrackedSymbolsOptions {
  readonly store: SymbolStore;
  /** The first list of a new database. */
  readonly first: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** The list of symbols, and whoever wants to hear of its changes. */
export class TrackedSymbols {
  readonly #options: TrackedSymbolsOptions;
  readonly #closing = new AbortController();
  readonly #listeners: ((symbols: readonly TrackedSymbol[]) => void)[] = [];
  #current: readonly TrackedSymbol[] | null = null;
  #looking: Promise<void> = Promise.resolve();
  /** What went wrong last, so that it is said once. */
  #trouble = "";

  constructor(options: TrackedSymbolsOptions) {
    this.#options = options;
  }

  /** As it was last seen; null while it could not be read. */
  get current(): readonly TrackedSymbol[] | null {
    return this.#current;
  }

  /** Calls back when the list, or which of its symbols have alerts, has changed. */
  onChange(listen: (symbols: readonly TrackedSymbol[]) => void): void {
    this.#listeners.push(listen);
  }

  /** Makes the first list of a new database. A disk that takes no writes holds up nothing: it is tried again. */
  async start(): Promise<void> {
    await this.#look();
    this.#looking = this.#lookOn();
  }

  list(): Promise<readonly TrackedSymbol[]> {
    return this.#options.store.list();
  }

  /** As SymbolStore has it; fetchers are told before it resolves. */
  async add(symbols: readonly string[]): Promise<readonly string[]> {
    const added = await this.#options.store.add(symbols);
    await this.#look();
    return added;
  }

  /** As SymbolStore has it; fetchers are told before it resolves. */
  async remove(symbols: readonly string[], force: boolean): Promise<number> {
    const alertCount = await this.#options.store.remove(symbols, force);
    await this.#look();
    return alertCount;
  }

  async close(): Promise<void> {
    this.#closing.abort(new AppError("CANCELLED", "SERVER_STOPPING", "the server is stopping"));
    await this.#looking;
  }

  async #lookOn(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const isTime = await this.#options.clock.sleep(LOOK_EVERY_MS, signal).then(
        () => true,
        () => false,
      );
      if (isTime) await this.#look();
    }
  }

  async #look(): Promise<void> {
    const { store, log } = this.#options;
    try {
      await this.#seed();
      this.#publish(await store.list());
      this.#trouble = "";
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      if (detail !== this.#trouble)
        log.warn({ detail }, "the list of symbols cannot be read: fetchers keep the last one");
      this.#trouble = detail;
    }
  }

  async #seed(): Promise<void> {
    if (this.#current !== null) return;
    const { store, first, log } = this.#options;
    if (!(await store.seed(first))) return;
    log.info({ symbols: first.slice(0, SYMBOLS_MAX) }, "the first list of symbols is made");
    const left = first.slice(SYMBOLS_MAX);
    if (left.length > 0)
      log.warn({ left }, `at most ${SYMBOLS_MAX} symbols are watched: these are left out of BELL_SYMBOLS`);
  }

  #publish(symbols: readonly TrackedSymbol[]): void {
    if (this.#current !== null && isSame(this.#current, symbols)) return;
    this.#current = symbols;
    for (const listen of this.#listeners) listen(symbols);
  }
}

function isSame(one: readonly TrackedSymbol[], other: readonly TrackedSymbol[]): boolean {
  if (one.length !== other.length) return false;
  return one.every(({ symbol, hasAlerts }, at) => symbol === other[at]?.symbol && hasAlerts === other[at].hasAlerts);
}
