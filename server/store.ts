// The port to the database. Each verb is one transaction; what it resolves to is on disk. Implementations: server/sqlite.
// A conformance suite (server/store.conformance.ts) runs on every one of them.
import type { Alert, AlertState, AlertStateName, Repeat } from "../domain/alert.ts";
import type { AppError } from "../domain/error.ts";
import type { judgeAlert } from "../domain/judging/judge.ts";
import type { Quote } from "../domain/quote.ts";
import type { TimeMs } from "../domain/time.ts";
import type { AccessTokenStore } from "./access-token-store.ts";
import type { AdminStore } from "./admin-store.ts";
import type { AuditStore } from "./audit-store.ts";
import type { BatchRecord, OpenJudging } from "./batch-record.ts";
import type { Candle, CandleQuery } from "./candle.ts";
import type { GapStore } from "./gap-store.ts";
import type { HoldStore } from "./hold-store.ts";
import type { HistoryStore } from "./history/history.ts";
import type { ImportStore } from "./import-store.ts";
import type { NotificationStore } from "./notification-store.ts";
import type { Page } from "./page.ts";
import type { RetentionStore } from "./retention-store.ts";
import type { SessionStore } from "./session-store.ts";
import type { StoredQuote } from "./stored-quote.ts";
import type { SymbolStore } from "./symbol-store.ts";
import type { ThrottleStore } from "./throttle-store.ts";
import type { UserTrigger } from "./trigger-record.ts";
import type { UserStore } from "./user-store.ts";

/** What one commit did. */
export interface RecordResult {
  /** One for each batch. */
  readonly batches: readonly BatchRecord[];
  /** What was new, or a newer version, of all batches; in the order of judging. */
  readonly stored: readonly StoredQuote[];
  /** What fired, and what else owners are told, in the order of judging. */
  readonly triggers: readonly UserTrigger[];
  /** What is open now, oldest first: to be gone on with by the next call, with quotes or without. */
  readonly open: readonly OpenJudging[];
  /** Owners are still to be told of a HOLD or its end: the next call goes on with it. */
  readonly isTelling: boolean;
}

/** Where an alert stands for one of its symbols. */
export interface AlertSymbolState {
  readonly symbol: string;
  readonly state: AlertState;
  readonly lastFireTimeMs: TimeMs | null;
}

/** An alert as it was written, its `symbol` being the first of its `symbols`; and where it stands, one for each in their order. */
export interface AlertRecord {
  readonly alert: Alert;
  readonly states: readonly AlertSymbolState[];
}

/** The judge that is handed in; a pure function, so that no store can decide by itself. */
export type Judge = typeof judgeAlert;

/** Which alerts of a user: those of which one symbol is so and in that state. `before` continues a listing, newest first. */
export interface AlertQuery {
  readonly userId: string;
  readonly symbol: string | null;
  /** As it is shown at `eventNowMs`: what is over by then is EXPIRED, whether or not a price has come since (shown-state.ts). */
  readonly state: AlertStateName | null;
  readonly eventNowMs: TimeMs;
  readonly repeat: Repeat | null;
  readonly tag: string | null;
  readonly before: number | null;
  readonly limit: number;
}

/** A user's edit of an alert, decided on the alert as it stands inside the transaction. `rearm` says that it watches for something else now. */
export interface AlertEdit {
  readonly alert: Alert;
  readonly rearm: boolean;
}

export interface QuoteStore {
  /**
   * One commit, all or nothing: goes on with open judgings, then stores and judges the quotes of all batches in their total order; writes
   * states and triggers, joins or starts notifications. It judges a bounded number of alerts; the rest is deferred or open. Quotes are checked.
   */
  recordQuotes(batches: readonly (readonly Quote[])[], judge: Judge): Promise<RecordResult>;
  /** The newest quote of a symbol's judged series, or of all its quotes while none was judged. */
  getQuote(symbol: string): Promise<StoredQuote | null>;
  /** The newest quote of each symbol, by symbol. */
  listQuotes(): Promise<readonly StoredQuote[]>;
  /** Candles of a symbol's judged series, oldest first. */
  listCandles(query: CandleQuery): Promise<readonly Candle[]>;
  /** The newest `as of` that was judged, or is being judged; null in an empty store. */
  newestAsOf(): Promise<TimeMs | null>;
}

export interface AlertStore {
  /**
   * Arms and stores a new alert. Arming, here and below, waits while a judging of the symbol is open: its baseline is the price before or
   * after that quote for everybody, never one for some and one for others. The same request id with the same hash answers with the first
   * one's alert; with another: REQUEST_ID_REUSED. Throws RESOURCE_EXHAUSTED ALERT_LIMIT when the user would have too many (alert-limit.ts).
   */
  insertAlert(alert: Alert, eventNowMs: TimeMs, request: { id: string; hash: string } | null): Promise<AlertRecord>;
  /** What the same request, with the same id and hash, made within the last day; null if it made nothing. */
  findRequested(userId: string, request: { id: string; hash: string }): Promise<AlertRecord | null>;
  /** Throws NOT_FOUND for another user's alert, a deleted one, or none. */
  getAlert(userId: string, id: string): Promise<AlertRecord>;
  listAlerts(query: AlertQuery): Promise<Page<AlertRecord>>;
  /** How many alerts a user has, each symbol of a rule counted, deleted ones not. */
  countAlerts(userId: string): Promise<number>;
  /** Changes what its owner wrote, for all its symbols; `edit` may throw, and then nothing changes. A change of the expiry waits as arming does. */
  updateAlert(userId: string, id: string, eventNowMs: TimeMs, edit: (alert: Alert) => AlertEdit): Promise<AlertRecord>;
  /** Pauses it for every symbol for which it watches, until a moment of event time or, for null, until it is resumed. */
  pauseAlert(userId: string, id: string, untilMs: TimeMs | null): Promise<AlertRecord>;
  /** Arms it for the symbols for which it is paused; if it is for none, for all those for which it has ended. */
  resumeAlert(userId: string, id: string, eventNowMs: TimeMs): Promise<AlertRecord>;
  /** All or none; `check` may throw on an alert as it stands. */
  deleteAlerts(userId: string, ids: readonly string[], check: (alert: Alert) => void): Promise<void>;
}

/** Whether the database takes writes: `readOnly` for now (disk full, locked), `damaged` until a backup is restored. */
export type StoreState = "ready" | "readOnly" | "damaged";

/** How the database does. */
export interface StoreHealth {
  readonly state: StoreState;
  /** What is wrong, in a sentence; empty when nothing is. */
  readonly detail: string;
  readonly sizeBytes: number;
  /** What is committed but not yet moved into the database itself. */
  readonly logBytes: number;
  /** Free on its disk; null when the system does not say. */
  readonly freeBytes: number | null;
  /** When the whole of it was last read through and found sound; null: not since the start. */
  readonly checkTimeMs: TimeMs | null;
}

/** What keeps the database in good order, and tells how it does. */
export interface StoreUpkeep {
  /** Never rejects. */
  health(): Promise<StoreHealth>;
  /** Calls back after each change of health().state. */
  onStateChange(listen: (state: StoreState) => void): void;
  /** Resolves, with what the process must end with, when only a fresh start makes certain what is on the disk. */
  readonly failed: Promise<AppError>;
  /** Reads the whole database through, beside everything else; health() says what came of it. Never rejects. */
  checkWhole(): Promise<void>;
  /**
   * The bytes of a copy that holds everything committed before the first of them is asked for. Throws AppError: TOO_MANY while
   * another is taken, STORE_FULL, STORE_CORRUPT; and the signal's reason.
   */
  backUp(signal: AbortSignal): AsyncGenerator<Buffer, void>;
  close(): Promise<void>;
}

export interface Store extends StoreUpkeep {
  readonly quotes: QuoteStore;
  readonly gaps: GapStore;
  readonly holds: HoldStore;
  readonly imports: ImportStore;
  readonly retention: RetentionStore;
  readonly symbols: SymbolStore;
  readonly alerts: AlertStore;
  readonly history: HistoryStore;
  readonly notifications: NotificationStore;
  readonly users: UserStore;
  readonly admin: AdminStore;
  readonly audit: AuditStore;
  readonly sessions: SessionStore;
  readonly accessTokens: AccessTokenStore;
  readonly throttles: ThrottleStore;
}
