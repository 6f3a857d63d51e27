// The part of the port to the database that keeps accounts.
import type { MailSettings } from "../domain/mail-settings.ts";
import { DAY_MS } from "../domain/time.ts";
import type { Code } from "./code.ts";
import type { NewSessionRecord } from "./session-store.ts";
import type { Attempt } from "./throttle-store.ts";
import type { UserRecord } from "./user-record.ts";

/** An account that was asked for: whoever brings the code back makes the user with this password. */
export interface Registration extends Code {
  readonly email: string;
  readonly passwordHash: string;
  readonly timeZone: string;
}

/** A change of a password, which counts only if the one before is still what it was when it was checked. */
export interface PasswordChange {
  readonly userId: string;
  readonly beforeHash: string;
  readonly afterHash: string;
}

/** What a user changes of the account; what is left out stays. */
export interface UserChange {
  readonly timeZone?: string;
  readonly mailSettings?: Partial<MailSettings>;
}

/** What became of a wish for a code. */
export interface AskedReset {
  /** For how many milliseconds to wait; 0 unless its attempts were too many, and then nothing was done. */
  readonly waitMs: number;
  /** Whether there is a mail to send now. */
  readonly isQueued: boolean;
}

export interface UserStore {
  /**
   * Keeps the registration and queues the mail with its code, in one transaction; for an address that belongs to a user in good standing it
   * keeps nothing and queues a mail that says so. False when the address has had enough mails today: nothing is kept or queued.
   */
  insertRegistration(registration: Registration): Promise<boolean>;
  /**
   * Makes the user and its first session, and uses up every registration of the address; null when no such code counts. Of a user whose
   * address was refused, the address is proved anew, all other access ends, and the password is the new one.
   */
  verifyUser(codeHash: string, session: NewSessionRecord): Promise<UserRecord | null>;
  /** By address in any case; null when there is none. */
  findUser(email: string): Promise<UserRecord | null>;
  /** Whether the user has logged in from the network within KNOWN_ADDRESS_MS. */
  hasLoggedInFrom(userId: string, network: string): Promise<boolean>;
  /**
   * Stores the session of a log-in and remembers the network, if the user is still there, not suspended, and the password still the one that
   * was checked; else false, and nothing is stored. Beyond MAX_SESSIONS the session used longest ago ends.
   */
  insertLogIn(session: NewSessionRecord, checked: { userId: string; passwordHash: string }): Promise<boolean>;
  /** Another hash of the same password; nothing when the password has changed meanwhile. */
  rehashPassword(change: PasswordChange): Promise<void>;
  /**
   * Sets another password, ends every session but one, makes all mailed codes for another password worthless, and queues the mail that tells
   * of it. How many sessions ended; null, and nothing changed, when the password is not the one before.
   */
  changePassword(change: PasswordChange, keptSessionId: string): Promise<number | null>;
  /** Changes what is given; what waits to be mailed goes by it from then on. The user as changed; null when there is none. */
  updateUser(userId: string, change: UserChange): Promise<UserRecord | null>;
  /**
   * Counts the attempts, and keeps a code with which the user's password can be replaced and queues its mail, in one transaction, so that an
   * address that is nobody's takes as long. Nothing for such an address, and for one that has had enough codes today.
   */
  insertPasswordReset(email: string, code: Code, attempts: readonly Attempt[]): Promise<AskedReset>;
  /** Whose password a code may replace; null when no such code counts. */
  findPasswordReset(codeHash: string): Promise<UserRecord | null>;
  /**
   * Replaces the password, uses up every such code of the user, ends every session and access token, and queues the mail that tells of it.
   * The address is proved anew. Null, and nothing changed, when no such code counts.
   */
  resetPassword(codeHash: string, passwordHash: string): Promise<UserRecord | null>;
  /**
   * Removes the user and everything of the user's, in one transaction; what waits to be mailed is not, and a mail says that it is done. False,
   * and nothing removed, when there is no such user with that password. Throws FAILED_PRECONDITION STATE_CONFLICT for the last operator.
   */
  deleteUser(userId: string, passwordHash: string): Promise<boolean>;
  /** Everything that is kept of the user but secrets and their hashes, as JSON objects, some at a time; what changes meanwhile may be in it or not. */
  exportUser(userId: string): AsyncGenerator<readonly string[], void>;
  /** Keeps a code that makes an operator, in the place of the one before. */
  insertSetupCode(code: Pick<Code, "codeHash" | "expireTimeMs">): Promise<void>;
  /** Makes the user an operator and uses the code up; null when no such code counts. */
  claimOperator(userId: string, codeHash: string): Promise<UserRecord | null>;
}

/** A network is known as a user's for so long after a log-in. */
export const KNOWN_ADDRESS_MS = 30 * DAY_MS;
