import type Database from "better-sqlite3";
import { remainingMs } from "../../domain/notifying/cooldown.ts";
import { isSuspended } from "../../domain/notifying/address-strikes.ts";
import type {
  ExplainQuery,
  HistoryStore,
  MailHold,
  PreviewQuery,
  SymbolExplanation,
  SymbolPreview,
} from "../history/history.ts";
import type { HistoryThread } from "./history-thread.ts";
import type { PairStore } from "./pair-store.ts";
import type { Transactions } from "./transactions.ts";

/** What was, read in a thread of its own; what holds mails back, which is little, at once. */
export class SqliteHistoryStore implements HistoryStore {
  readonly #thread: HistoryThread;
  readonly #transactions: Transactions;
  readonly #pairs: PairStore;
  readonly #strikes: Database.Statement;

  constructor(db: Database.Database, transactions: Transactions, pairs: PairStore, thread: HistoryThread) {
    this.#thread = thread;
    this.#transactions = transactions;
    this.#pairs = pairs;
    this.#strikes = db.prepare("SELECT strikes FROM users WHERE id = ?").pluck();
  }

  async preview(query: PreviewQuery): Promise<readonly SymbolPreview[]> {
    return (await this.#thread.ask({ kind: "preview", query })) as readonly SymbolPreview[];
  }

  async explain(query: ExplainQuery): Promise<readonly SymbolExplanation[]> {
    return (await this.#thread.ask({ kind: "explain", query })) as readonly SymbolExplanation[];
  }

  /** The clocks' ends as the wall clock has them now. */
  mailHold(userId: string, symbol: string): Promise<MailHold> {
    return new Promise((resolve) => {
      const { waiting, sealed, cooldown } = this.#pairs.load({ userId, symbol });
      const { instant } = this.#transactions.stamp();
      const inWallTime = (leftMs: number): number | null => (leftMs > 0 ? instant.wallMs + leftMs : null);
      resolve({
        isSuspended: isSuspended(Number(this.#strikes.get(userId) ?? 0)),
        cooldownEndMs: inWallTime(remainingMs(cooldown, instant)),
        retryTimeMs: waiting === null ? null : inWallTime(waiting.nextAttemptMono - instant.monoMs),
        isSending: sealed !== null,
        waitingCount: waiting?.triggerIds.length ?? 0,
      });
    });
  }
}
