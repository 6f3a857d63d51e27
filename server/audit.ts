import type { AuditAction } from "../domain/audit.ts";
import { toOneLine } from "../domain/one-line.ts";
import { MINUTE_MS } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import type { AuditNote, AuditStore } from "./audit-store.ts";

/** Callers choose some of its words, and so does whoever writes a file that is read. */
const LONGEST_DETAIL = 200;
/** So many different refusals a minute are told apart; what comes beyond them is counted together. */
const REFUSALS_APART = 100;

/** What is refused, without how often. */
export type Refusal = Omit<AuditNote, "count">;

export interface AuditDeps {
  readonly store: AuditStore;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Writes down what was done and what was refused. What was done is on disk before its caller hears of it. What was refused may come in
 * floods: the first of a kind is written at once, its repetitions of the same minute as one entry at the minute's end.
 */
export class Audit {
  readonly #store: AuditStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #closing = new AbortController();
  /** Repetitions of this minute, by kind. */
  #repeated = new Map<string, { readonly refusal: Refusal; count: number }>();
  #ticking: Promise<void> | null = null;
  #writing = Promise.resolve();

  constructor({ store, clock, log }: AuditDeps) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  /** Resolves when it is on disk; a store in trouble does not undo what was done, so then it resolves, too, and the log has the entry. */
  async note(entry: Refusal): Promise<void> {
    await this.#write([{ ...entry, detail: toOneLine(entry.detail, LONGEST_DETAIL), count: 1 }]);
  }

  /** What the server noticed by itself. */
  async noteOwn(action: AuditAction, object: string, detail: string): Promise<void> {
    await this.note({ ...NOTHING, action, object, detail });
  }

  /** Counts a refusal; never waits and never fails. */
  refuse(refused: Refusal): void {
    const refusal = { ...refused, detail: toOneLine(refused.detail, LONGEST_DETAIL) };
    const key = JSON.stringify(refusal);
    const known = this.#repeated.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    if (this.#repeated.size >= REFUSALS_APART) {
      this.#countOther(refusal);
      return;
    }
    this.#repeated.set(key, { refusal, count: 0 });
    this.#later([{ ...refusal, count: 1 }]);
    this.#ticking ??= this.#endMinute();
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#ticking;
    await this.#writing;
  }

  /** Who tells so many lies at a time is not worth a line for each. */
  #countOther({ action }: Refusal): void {
    const refusal = { ...NOTHING, action, detail: "more kinds than are told apart" };
    const key = JSON.stringify(refusal);
    const known = this.#repeated.get(key) ?? { refusal, count: 0 };
    known.count += 1;
    this.#repeated.set(key, known);
  }

  async #endMinute(): Promise<void> {
    await this.#clock.sleep(MINUTE_MS, this.#closing.signal).catch(() => undefined);
    this.#ticking = null;
    const repeated = [...this.#repeated.values()].filter(({ count }) => count > 0);
    this.#repeated = new Map();
    if (repeated.length > 0) this.#later(repeated.map(({ refusal, count }) => ({ ...refusal, count })));
  }

  #later(notes: readonly AuditNote[]): void {
    this.#writing = this.#writing.then(() => this.#write(notes));
  }

  async #write(notes: readonly AuditNote[]): Promise<void> {
    try {
      await this.#store.appendEntries(notes);
    } catch (error) {
      this.#log.error({ err: error, entries: notes }, "the audit could not be written");
    }
  }
}

const NOTHING = { peer: "", actorId: "", actorEmail: "", object: "", address: "" };
