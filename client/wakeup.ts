/** Lets one loop sleep until something rings: what happened it finds out by looking, so nothing is missed or counted twice. */
export class Wakeup {
  #rung = false;
  #wake: () => void = () => undefined;

  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  /** Resolves once it rang since the last wait. One waiter at a time. */
  async wait(): Promise<void> {
    if (!this.#rung) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#rung = false;
  }
}
