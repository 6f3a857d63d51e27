import type { PriceDoubt } from "../../domain/judging/price-check.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { HeldSymbol, HoldStore, HoldVerdict } from "../hold-store.ts";
import type { PriceDoubts } from "./price-doubts.ts";
import type { Transactions } from "./transactions.ts";

export class SqliteHoldStore implements HoldStore {
  readonly #transactions: Transactions;
  readonly #prices: PriceDoubts;

  constructor(transactions: Transactions, prices: PriceDoubts) {
    this.#transactions = transactions;
    this.#prices = prices;
  }

  async listHeld(): Promise<readonly HeldSymbol[]> {
    return Promise.resolve(this.#prices.held());
  }

  async listDoubts(): Promise<ReadonlyMap<string, PriceDoubt>> {
    return Promise.resolve(this.#prices.all());
  }

  release(symbol: string, verdict: HoldVerdict, eventNowMs: TimeMs, seenClose: number | null = null): Promise<void> {
    return this.#transactions.write(() => this.#prices.release(symbol, verdict, eventNowMs, seenClose));
  }
}
