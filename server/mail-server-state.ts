/** A user's address has no place in what everybody may read. */
const ADDRESS = /[^\s<>"']+@[^\s<>"']+/g;

/** Whether the mail server takes what notifiers bring it, as far as their last outcomes say. */
export class MailServerState {
  readonly #onChange: (isTaking: boolean) => void;
  #isTaking = true;
  #detail = "";

  /** `onChange` is told each time it becomes otherwise. */
  constructor(onChange: (isTaking: boolean) => void) {
    this.#onChange = onChange;
  }

  get isTaking(): boolean {
    return this.#isTaking;
  }

  /** The mail server's last words when it did not take; empty when it does. Names no mail address. */
  get detail(): string {
    return this.#detail;
  }

  markTaking(): void {
    this.#mark(true, "");
  }

  /** `words`: what it said, or what became of the connection. */
  markTrouble(words: string): void {
    this.#mark(false, words.replace(ADDRESS, "(address)"));
  }

  #mark(isTaking: boolean, detail: string): void {
    const isNews = this.#isTaking !== isTaking;
    this.#isTaking = isTaking;
    this.#detail = detail;
    if (isNews) this.#onChange(isTaking);
  }
}
