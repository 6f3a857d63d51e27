// The port to what was: stored prices played through the judge again, off the event loop. Implementation: server/sqlite/history-*.
import type { Alert, AlertState } from "../../domain/alert.ts";
import type { DoubtReason, JudgeReason } from "../../domain/judging/judge-reason.ts";
import type { PriceDoubt } from "../../domain/judging/price-check.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { StoredQuote } from "../stored-quote.ts";

/** `judged`: every version, in the order in which it was judged. `time`: the newest version of each, by time, whether it was judged or not. */
export type HistoryOrder = "judged" | "time";

/** What an alert would have done with the stored prices from `startMs` to before `endMs`, armed at their beginning. */
export interface PreviewQuery {
  readonly alert: Alert;
  readonly startMs: TimeMs;
  readonly endMs: TimeMs;
}

/** A fire that would have been. */
export interface PreviewedFire {
  readonly fireTimeMs: TimeMs;
  readonly price: number;
  readonly level: number;
  /** Of the price that fired it; null if that was never judged. */
  readonly seq: number | null;
  /** Whether a mail would have gone out for it at once; else it would have waited for the next. */
  readonly isMailed: boolean;
}

/** What an alert would be for one symbol. */
export interface SymbolPreview {
  readonly symbol: string;
  /** The last price that it would have heard, whenever that was; null: there is none. */
  readonly lastQuote: StoredQuote | null;
  readonly fireCount: number;
  /** How often its owner would have been told after a fire: that it still holds, that the price is back. */
  readonly reminderCount: number;
  readonly backCount: number;
  readonly mailCount: number;
  /** The newest ones, oldest first. */
  readonly fires: readonly PreviewedFire[];
  /** When the first and the last price that was played spoke; null: none was. */
  readonly startTimeMs: TimeMs | null;
  readonly endTimeMs: TimeMs | null;
  readonly quoteCount: number;
  readonly order: HistoryOrder;
}

export interface ExplainQuery {
  readonly userId: string;
  readonly id: string;
  /** As it stood then, in event time; null: now. */
  readonly atMs: TimeMs | null;
  /** So many judgements of each symbol. */
  readonly limit: number;
}

/** What became of an alert on one price, or by an act of its owner. */
export interface ExplainedJudgement {
  /** Null for an act. */
  readonly quote: StoredQuote | null;
  /** The moment that the price speaks of, or the time of the act. */
  readonly timeMs: TimeMs;
  /** From the price's moment to its judging or, where only its fetching was written down, to that; null for an act. */
  readonly ageMs: number | null;
  readonly state: AlertState["name"];
  readonly reason: JudgeReason | DoubtReason;
  /** The same in a sentence. */
  readonly detail: string;
}

/** At what an alert's state can change next. */
export interface NextChange {
  readonly effect: "fire" | "count" | "reset" | "arm" | "resume" | "expire" | "hold" | "remind" | "tell";
  /** Null if it is not about the price. */
  readonly level: number | null;
  /** Null if it is not about a moment. */
  readonly timeMs: TimeMs | null;
  readonly detail: string;
}

/** Why an alert stands where it stands for one symbol. */
export interface SymbolExplanation {
  readonly symbol: string;
  readonly state: AlertState["name"];
  /** Newest first. */
  readonly judgements: readonly ExplainedJudgement[];
  readonly nextChanges: readonly NextChange[];
  /** The last price that it heard; null: none yet. */
  readonly lastClose: number | null;
  /** The doubt about the symbol's price at that moment; null: it was believed. */
  readonly doubt: PriceDoubt | null;
}

/** What can hold a user's next mail about a symbol back. */
export interface MailHold {
  readonly isSuspended: boolean;
  /** The hour after the last mail ends then; null: it is over. */
  readonly cooldownEndMs: TimeMs | null;
  /** What waits is tried again then, for the mail server did not take it; null: nothing waits for that. */
  readonly retryTimeMs: TimeMs | null;
  /** A mail about the symbol is being sent, or nobody knows yet whether it was taken. */
  readonly isSending: boolean;
  /** How many triggers wait to be mailed. */
  readonly waitingCount: number;
}

export interface HistoryStore {
  /** One for each symbol of the alert. Throws RESOURCE_EXHAUSTED TOO_MANY when too many wait, DEADLINE_EXCEEDED when it takes too long. */
  preview(query: PreviewQuery): Promise<readonly SymbolPreview[]>;
  /** One for each symbol. Throws as preview(); NOT_FOUND for another user's alert; INVALID_ARGUMENT for a time before there was the alert. */
  explain(query: ExplainQuery): Promise<readonly SymbolExplanation[]>;
  /** As it is now. */
  mailHold(userId: string, symbol: string): Promise<MailHold>;
}
