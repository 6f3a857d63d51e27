import type Database from "better-sqlite3";
import type { Clock } from "../../runtime/clock/clock.ts";
import { SETTLED_MS, type StoreCondition } from "./store-condition.ts";
import type { Transactions } from "./transactions.ts";

/** More than fits where a full disk still has a page or two to spare. */
const PROBE_BYTES = 64 * 1024;

/** What the probe needs of the store that it tries. */
export interface ProbedStore {
  readonly condition: StoreCondition;
  readonly transactions: Transactions;
  readonly clock: Clock;
}

/**
 * While the database takes no writes, tries one every second: else one that nobody writes to, at night or after the close, would be
 * said to take none long after it does. What is written is taken away again.
 */
export class StoreProbe {
  readonly #store: ProbedStore;
  readonly #put: Database.Statement;
  readonly #drop: Database.Statement;
  readonly #closing = new AbortController();
  #isUnderWay = false;

  constructor(db: Database.Database, store: ProbedStore) {
    this.#store = store;
    this.#put = db.prepare(`INSERT OR REPLACE INTO server_facts VALUES ('probe', hex(zeroblob(${PROBE_BYTES / 2})))`);
    this.#drop = db.prepare("DELETE FROM server_facts WHERE name = 'probe'");
    store.condition.onChange(() => void this.#probe());
    void this.#probe(); // it may have been opened on a full disk
  }

  /** Ends trying. */
  close(): void {
    this.#closing.abort();
  }

  async #probe(): Promise<void> {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    const { condition, clock } = this.#store;
    while (condition.mayRecover && (await slept(clock, this.#closing.signal))) this.#try();
    this.#isUnderWay = false;
  }

  #try(): void {
    if (!this.#store.condition.mayRecover) return; // somebody's write did it
    try {
      this.#store.transactions.writeNow(() => this.#put.run());
      this.#store.transactions.writeNow(() => this.#drop.run());
    } catch {
      // The condition has noted it.
    }
  }
}

/** False when it was ended. */
function slept(clock: Clock, signal: AbortSignal): Promise<boolean> {
  return clock.sleep(SETTLED_MS, signal).then(
    () => true,
    () => false,
  );
}
