// The first hop of a quote's story where the source is listened to: one stream of all symbols, and another when they change.
import type { TimeMs } from "../domain/time.ts";
import { SECOND_MS } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { SymbolPlan } from "./planner/announce.ts";
import type { StreamingSource } from "./sources/source.ts";

/** After a stream that broke: what broke it may pass. */
const BROKEN_MS = 5 * SECOND_MS;
/** A stream that has just begun goes on for so long whatever changes: 150 in five minutes at most, where Binance allows 300. */
export const LEAST_MS = 2 * SECOND_MS;

export interface StreamDriverOptions {
  readonly source: Pick<StreamingSource, "cadenceMs">;
  /** What is watched now. Call `replan` when that has changed. */
  readonly watched: () => readonly string[];
  readonly clock: Clock;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Listens until the signal; never rejects. */
  readonly onStream: (symbols: readonly string[], signal: AbortSignal) => Promise<void>;
  /** Told how often prices come. */
  readonly onPlan: (plans: readonly SymbolPlan[], nextTimeMs: TimeMs | null) => void;
}

/** Drives the stream. */
export class StreamDriver {
  /** Nothing that comes changes what is listened to. */
  readonly watcher = null;
  readonly #options: StreamDriverOptions;
  /** What is listened to now. */
  #symbols: readonly string[] = [];
  /** When the stream began, on the monotonic clock. */
  #beganAt = -Infinity;
  #change = new AbortController();
  /** Whether a change waits until the stream has gone on for long enough. */
  #isWaiting = false;

  constructor(options: StreamDriverOptions) {
    this.#options = options;
  }

  /** Resolves when the signal has ended it. */
  async run(): Promise<void> {
    const { watched, clock, signal, onStream, onPlan, source } = this.#options;
    while (!signal.aborted) {
      this.#change = new AbortController();
      const either = AbortSignal.any([signal, this.#change.signal]);
      const symbols = watched();
      this.#symbols = symbols;
      if (symbols.length > 0) this.#beganAt = clock.monotonic();
      const always = { cadenceMs: source.cadenceMs, nextTimeMs: null, blindUntilMs: null };
      const plans = symbols.map((symbol) => ({ symbol, ...always }));
      onPlan(plans, null);
      if (symbols.length === 0) await aborted(either);
      else await onStream(symbols, either);
      if (!either.aborted) await clock.sleep(BROKEN_MS, either).catch(() => undefined);
    }
  }

  /** What is watched has changed. If the symbols are the same, and only who waits for them is not, the stream goes on. */
  replan(): void {
    const { watched, clock } = this.#options;
    const symbols = watched();
    const isSame = symbols.length === this.#symbols.length && symbols.every((one) => this.#symbols.includes(one));
    if (isSame || this.#isWaiting) return;
    const waitMs = this.#beganAt + LEAST_MS - clock.monotonic();
    if (waitMs <= 0) this.#change.abort(new Error("the symbols have changed"));
    else void this.#replanIn(waitMs);
  }

  async #replanIn(waitMs: number): Promise<void> {
    const { clock, signal } = this.#options;
    this.#isWaiting = true;
    await clock.sleep(waitMs, signal).catch(() => undefined);
    this.#isWaiting = false;
    if (!signal.aborted) this.replan();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
