// The part of the port to the database that operators use: other people's accounts, never their alerts.
import type { Code } from "./code.ts";
import type { TimeMs } from "../domain/time.ts";

/** An account as operators see it. */
export interface AccountView {
  readonly id: string;
  readonly email: string;
  readonly createTimeMs: TimeMs;
  readonly isOperator: boolean;
  /** Null: not suspended. */
  readonly suspendTimeMs: TimeMs | null;
  /** Null: as many as usual. */
  readonly alertLimit: number | null;
  readonly alertCount: number;
  readonly sessionCount: number;
  /** Of its sessions; null if it has none. */
  readonly lastUseTimeMs: TimeMs | null;
  readonly isAddressRefused: boolean;
}

/** Accounts whose address holds `emailPart` (any: empty) and, if so asked, refuses mail; beyond the address `after` (null: from the first). */
export interface AccountQuery {
  readonly emailPart: string;
  readonly isAddressRefused: boolean;
  readonly after: string | null;
  readonly limit: number;
}

/** Each verb of one user throws NOT_FOUND USER_NOT_FOUND when there is no such user. */
export interface AdminStore {
  /** By address; `next` is for `after`, null on the last page. */
  listAccounts(query: AccountQuery): Promise<{ readonly rows: readonly AccountView[]; readonly next: string | null }>;
  /** Ends every session and access token at once. Throws FAILED_PRECONDITION STATE_CONFLICT when it is suspended, and for the last operator. */
  suspendAccount(id: string): Promise<AccountView>;
  /** Throws FAILED_PRECONDITION STATE_CONFLICT when it is not suspended. */
  resumeAccount(id: string): Promise<AccountView>;
  /**
   * Ends every session and access token, makes the password count no more, and queues the mail with a code for another. Throws
   * RESOURCE_EXHAUSTED RATE_LIMITED, and nothing is changed, when the address has been mailed as many codes today as may be.
   */
  forcePasswordReset(id: string, code: Code): Promise<AccountView>;
  /** Null: as many as usual. */
  setAlertLimit(id: string, limit: number | null): Promise<AccountView>;
  /** Throws FAILED_PRECONDITION STATE_CONFLICT when nobody would be an operator any more. */
  setOperator(id: string, isOperator: boolean): Promise<AccountView>;
}
