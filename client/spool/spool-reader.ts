import { compareQuotes, type Quote } from "../../domain/quote.ts";
import type { SpoolTable } from "./spool-table.ts";
import type { SpooledQuote } from "./spooled-quote.ts";

/** Whether a row may be handed out now. */
export type MayLeave = (row: SpooledQuote) => boolean;

/** Reads the spool page by page in the order of sending; goes back when something earlier comes, or may leave after all. */
export class SpoolReader {
  readonly #table: SpoolTable;
  readonly #batchMax: number;
  /** The last quote that was looked at; null: none yet. */
  #place: Quote | null = null;
  #isAtEnd = false;

  constructor(table: SpoolTable, batchMax: number) {
    this.#table = table;
    this.#batchMax = batchMax;
  }

  /** At most a batch of what may leave. Throws what SQLite throws; then nothing was taken. */
  take(mayLeave: MayLeave): SpooledQuote[] {
    const taken: SpooledQuote[] = [];
    let [place, isAtEnd] = [this.#place, this.#isAtEnd];
    while (taken.length < this.#batchMax && !isAtEnd) {
      const page = this.#page(place);
      isAtEnd = page.length <= this.#batchMax;
      for (const row of page) {
        if (taken.length === this.#batchMax) {
          isAtEnd = false;
          break;
        }
        place = row.quote;
        if (row.id !== taken.at(-1)?.id && mayLeave(row)) taken.push(row); // a page begins with the last row of the one before
      }
    }
    [this.#place, this.#isAtEnd] = [place, isAtEnd];
    return taken;
  }

  /** Whether `take` would give something. Throws what SQLite throws. */
  hasNext(mayLeave: MayLeave): boolean {
    while (!this.#isAtEnd) {
      const page = this.#page(this.#place);
      const next = page.findIndex(mayLeave);
      if (next >= 0) return true;
      this.#place = page.at(-1)?.quote ?? this.#place;
      this.#isAtEnd = page.length <= this.#batchMax;
    }
    return false;
  }

  /** This quote is there, and may be one to take. */
  backTo(quote: Quote): void {
    this.#isAtEnd = false;
    if (this.#place !== null && compareQuotes(quote, this.#place) < 0) this.#place = quote;
  }

  /** One more than a batch, for the first may be the one that was looked at last. */
  #page(from: Quote | null): SpooledQuote[] {
    return this.#table.page(from, this.#batchMax + 1);
  }
}
