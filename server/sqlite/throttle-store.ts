import type { Attempt, ThrottleStore } from "../throttle-store.ts";
import type { ThrottleRows } from "./throttle-rows.ts";
import type { Transactions } from "./transactions.ts";

export class SqliteThrottleStore implements ThrottleStore {
  readonly #transactions: Transactions;
  readonly #rows: ThrottleRows;

  constructor(transactions: Transactions, rows: ThrottleRows) {
    this.#transactions = transactions;
    this.#rows = rows;
  }

  countAttempt(attempts: readonly Attempt[]): Promise<number> {
    return this.#transactions.write(({ now }) => this.#rows.count(attempts, now));
  }

  forgetAttempts(keys: readonly string[]): Promise<void> {
    return this.#transactions.write(() => this.#rows.remove(keys));
  }
}
