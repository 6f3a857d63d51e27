import { replaceAddresses } from "../domain/email-address.ts";
import type { TimeMs } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";

/** Whether the mail server takes what notifiers bring it, as far as their last outcomes say. */
export class MailServerState {
  readonly #clock: Pick<Clock, "now">;
  readonly #onChange: (isTaking: boolean) => void;
  #isTaking = true;
  #detail = "";
  #changeTimeMs: TimeMs;

  /** `onChange` is told each time it becomes otherwise. */
  constructor(clock: Pick<Clock, "now">, onChange: (isTaking: boolean) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#changeTimeMs = clock.now();
  }

  get isTaking(): boolean {
    return this.#isTaking;
  }

  /** The mail server's last words when it did not take; empty when it does. Names no mail address. */
  get detail(): string {
    return this.#detail;
  }

  /** Since when it takes none, and its last words; null while it does. */
  get trouble(): { readonly sinceMs: TimeMs; readonly detail: string } | null {
    return this.#isTaking ? null : { sinceMs: this.#changeTimeMs, detail: this.#detail };
  }

  markTaking(): void {
    this.#mark(true, "");
  }

  /** `words`: what it said, or what became of the connection. */
  markTrouble(words: string): void {
    // A user's address has no place in what everybody may read.
    this.#mark(
      false,
      replaceAddresses(words, () => "(address)"),
    );
  }

  #mark(isTaking: boolean, detail: string): void {
    const isNews = this.#isTaking !== isTaking;
    this.#isTaking = isTaking;
    this.#detail = detail;
    if (!isNews) return;
    this.#changeTimeMs = this.#clock.now();
    this.#onChange(isTaking);
  }
}
