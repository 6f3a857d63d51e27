interface Waiter {
  readonly size: number;
  readonly enter: () => void;
}

/** A bounded room with a queue at its door: who comes first gets in first, whatever their size. */
export class WaitingRoom {
  readonly capacity: number;
  #taken = 0;
  #waiters: Waiter[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** How much of it is taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Resolves when there is room for so much, which is taken then. Something larger than the whole room waits for it to be empty. Rejects with the signal's reason. */
  enter(size: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    if (this.#waiters.length === 0 && this.#hasRoom(size)) {
      this.#taken += size;
      return Promise.resolve();
    }
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
      const waiter = { size, enter };
      this.#waiters.push(waiter);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  /** So much is free again. */
  leave(size: number): void {
    this.#taken -= size;
    this.#admit();
  }

  #admit(): void {
    for (let next = this.#waiters[0]; next !== undefined && this.#hasRoom(next.size); next = this.#waiters[0]) {
      this.#waiters.shift();
      this.#taken += next.size;
      next.enter();
    }
  }

  #hasRoom(size: number): boolean {
    return this.#taken === 0 || this.#taken + size <= this.capacity;
  }
}
