// The part of the port to the database that keeps accounts and their sessions.
import type { TimeMs } from "../domain/time.ts";

export interface UserRecord {
  readonly id: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly createTimeMs: TimeMs;
}

/** An account that was asked for: whoever brings the code back makes the user with this password. */
export interface Registration {
  readonly email: string;
  readonly passwordHash: string;
  readonly code: string;
  readonly codeHash: string;
  readonly expireTimeMs: TimeMs;
}

export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  readonly refreshHash: string;
  readonly refreshExpireTimeMs: TimeMs;
}

export interface UserStore {
  /** Keeps the registration and queues the mail with its code, in one transaction. False, and nothing kept, when the address belongs to a user or has asked too often today. */
  insertRegistration(registration: Registration): Promise<boolean>;
  /** Makes the user and its first session, and uses up every registration of the address; null when no such code counts. */
  verifyUser(codeHash: string, session: Omit<SessionRecord, "userId">): Promise<UserRecord | null>;
  /** By address in any case; null when there is none. */
  findUser(email: string): Promise<UserRecord | null>;
  insertSession(session: SessionRecord): Promise<void>;
  /** The user of a session that has not ended; null otherwise. */
  getSessionUser(sessionId: string): Promise<UserRecord | null>;
  /** Swaps a refresh token, which works once; an old one that comes back ends its session. Null when it counts for nothing. */
  refreshSession(
    refreshHash: string,
    next: { refreshHash: string; refreshExpireTimeMs: TimeMs },
  ): Promise<SessionRecord | null>;
  endSession(sessionId: string): Promise<void>;
}
