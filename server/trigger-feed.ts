import type { TriggerRecord, UserTrigger } from "./trigger-record.ts";

/** A reader that has not taken so many triggers is cut: unlike a price, none of them may be left out for the next. */
export const MOST_TRIGGERS_BEHIND = 1_000;

/** Whose triggers are watched, and of which symbols. */
export interface TriggerWatch {
  readonly userId: string;
  /** Empty: all. */
  readonly symbols: ReadonlySet<string>;
  /** Told once, when the reader is cut for having fallen too far behind. */
  readonly onCut: () => void;
}

/** Hands on what fired to its user, if that one watches, within this process. */
export class TriggerFeed {
  readonly #readers = new Map<string, Set<TriggerReader>>();

  publish(triggers: readonly UserTrigger[]): void {
    for (const { userId, trigger } of triggers) {
      for (const reader of this.#readers.get(userId) ?? []) reader.offer(trigger);
    }
  }

  /** Watches until `signal` is aborted or the reader is cut. */
  async *read(watch: TriggerWatch, signal: AbortSignal): AsyncGenerator<TriggerRecord> {
    const reader = new TriggerReader(watch);
    const stop = () => reader.wake();
    this.#add(watch.userId, reader);
    signal.addEventListener("abort", stop);
    try {
      while (!signal.aborted && !reader.isCut) {
        yield* reader.take();
        await reader.more(signal);
      }
    } finally {
      this.#remove(watch.userId, reader);
      signal.removeEventListener("abort", stop);
    }
  }

  #add(userId: string, reader: TriggerReader): void {
    const readers = this.#readers.get(userId);
    if (readers === undefined) this.#readers.set(userId, new Set([reader]));
    else readers.add(reader);
  }

  #remove(userId: string, reader: TriggerReader): void {
    const readers = this.#readers.get(userId);
    readers?.delete(reader);
    if (readers?.size === 0) this.#readers.delete(userId);
  }
}

class TriggerReader {
  readonly #watch: TriggerWatch;
  #waiting: TriggerRecord[] = [];
  #wake: (() => void) | null = null;
  #isCut = false;

  constructor(watch: TriggerWatch) {
    this.#watch = watch;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  offer(trigger: TriggerRecord): void {
    const { symbols, onCut } = this.#watch;
    if (this.#isCut || (symbols.size > 0 && !symbols.has(trigger.quote.symbol))) return;
    if (this.#waiting.length < MOST_TRIGGERS_BEHIND) this.#waiting.push(trigger);
    else {
      this.#isCut = true;
      this.#waiting = [];
      onCut();
    }
    this.wake();
  }

  *take(): Generator<TriggerRecord> {
    // One by one: what is taken but not yet handed on must count as waiting.
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) yield next;
  }

  more(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length > 0 || this.#isCut || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    this.#wake?.();
    this.#wake = null;
  }
}
