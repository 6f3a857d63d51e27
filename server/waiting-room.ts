/** How many quotes of each symbol. */
export type Sizes = ReadonlyMap<string, number>;

const NOTHING: Sizes = new Map();

interface Waiter {
  readonly sizes: Sizes;
  readonly enter: () => void;
}

/** How many quotes are held, and how many a commit could take. */
interface Shares {
  readonly held: number;
  readonly ready: number;
}

/**
 * A bounded room with a queue at its door. What is held, because it waits until the judging of its symbol is through (which may take a
 * minute), stands in a part of its own, half as large: so it never keeps out what a commit could take. Each part lets in who came first,
 * whatever their size. What becomes held inside stays in, even where that part is too small for it.
 */
export class WaitingRoom {
  readonly capacity: number;
  readonly #taken = new Map<string, number>();
  #total = 0;
  #held: ReadonlySet<string> = new Set();
  #waiters: Waiter[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** How much is in it, what is held too. */
  get taken(): number {
    return this.#total;
  }

  /** How much of it is held. */
  get held(): number {
    return this.#sharesOf(this.#taken).held;
  }

  /** Resolves when there is room for these, which is taken then. What is larger than its part waits for that to be empty. Rejects with the signal's reason. */
  enter(sizes: Sizes, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        this.#admit(); // a smaller one may have stood behind it
        reject(signal.reason as Error);
      };
      const enter = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const waiter = { sizes, enter };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiters.push(waiter);
      this.#admit();
    });
  }

  /** Of what had these sizes only `rest` stays. */
  leave(sizes: Sizes, rest: Sizes = NOTHING): void {
    this.#add(sizes, -1);
    this.#add(rest, 1);
    this.#admit();
  }

  /** The quotes of these symbols, and of no others, are held. */
  hold(symbols: Iterable<string>): void {
    this.#held = new Set(symbols);
    this.#admit();
  }

  #admit(): void {
    const isFull = { held: false, ready: false };
    this.#waiters = this.#waiters.filter((waiter) => {
      const taken = this.#sharesOf(this.#taken);
      const { held, ready } = this.#sharesOf(waiter.sizes);
      if (held > 0) isFull.held ||= !fits(held, taken.held, this.capacity / 2);
      const isHeldBack = held > 0 && isFull.held;
      if (ready > 0 && !isHeldBack) isFull.ready ||= !fits(ready, taken.ready, this.capacity);
      if (isHeldBack || (ready > 0 && isFull.ready)) return true;
      this.#add(waiter.sizes, 1);
      waiter.enter();
      return false;
    });
  }

  #sharesOf(sizes: Sizes): Shares {
    let [held, all] = [0, 0];
    for (const [symbol, size] of sizes) {
      all += size;
      if (this.#held.has(symbol)) held += size;
    }
    return { held, ready: all - held };
  }

  #add(sizes: Sizes, sign: 1 | -1): void {
    for (const [symbol, size] of sizes) {
      const now = (this.#taken.get(symbol) ?? 0) + sign * size;
      this.#total += sign * size;
      if (now === 0) this.#taken.delete(symbol);
      else this.#taken.set(symbol, now);
    }
  }
}

function fits(size: number, taken: number, capacity: number): boolean {
  return taken === 0 || taken + size <= capacity;
}
