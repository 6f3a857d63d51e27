import type { AuditAction } from "../domain/audit.ts";
import { toOneLine } from "../domain/one-line.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import type { AuditNote, AuditStore } from "./audit-store.ts";
import { MinuteCounts } from "./minute-counts.ts";

/** Callers choose some of its words, and so does whoever writes a file that is read. */
const MAX_DETAIL_LENGTH = 200;

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
  readonly #log: Log;
  readonly #refusals: MinuteCounts<Refusal>;
  #writing = Promise.resolve();

  constructor({ store, clock, log }: AuditDeps) {
    this.#store = store;
    this.#log = log;
    this.#refusals = new MinuteCounts<Refusal>({
      clock,
      tell: (counted) => this.#later(counted.map(({ kind, count }) => ({ ...kind, count }))),
      otherKind: ({ action }) => ({ ...NOTHING, action, detail: "more kinds than are told apart" }),
    });
  }

  /** Resolves when it is on disk; a store in trouble does not undo what was done, so then it resolves, too, and the log has the entry. */
  async note(entry: Refusal): Promise<void> {
    await this.#write([{ ...entry, detail: toOneLine(entry.detail, MAX_DETAIL_LENGTH), count: 1 }]);
  }

  /** What the server noticed by itself. */
  async noteOwn(action: AuditAction, object: string, detail: string): Promise<void> {
    await this.note({ ...NOTHING, action, object, detail });
  }

  /** Counts a refusal; never waits and never fails. */
  refuse(refused: Refusal): void {
    this.#refusals.count({ ...refused, detail: toOneLine(refused.detail, MAX_DETAIL_LENGTH) });
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    await this.#refusals.close();
    await this.#writing;
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
