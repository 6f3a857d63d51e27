// The part of the port to the database that keeps where users are logged in.
import type { TimeMs } from "../domain/time.ts";
import type { UserRecord } from "./user-record.ts";

/** A user may be logged in so often; one log-in more ends the one used longest ago. */
export const MAX_SESSIONS = 100;

/** Where a call comes from, and with what. */
export interface Seen {
  /** A network address. */
  readonly address: string;
  /** What the client says it is; at most 100 printable characters. */
  readonly client: string;
}

/** A log-in that is to be stored. */
export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  readonly refreshHash: string;
  /** When it ends unless it is refreshed. */
  readonly refreshExpireTimeMs: TimeMs;
  /** When it ends, however often it is refreshed. */
  readonly lifeEndTimeMs: TimeMs;
  readonly seen: Seen;
}

/** A log-in whose user is known only inside the transaction that stores it. */
export type NewSessionRecord = Omit<SessionRecord, "userId">;

/** What takes the place of a refresh token. */
export interface Successor {
  readonly refreshHash: string;
  /** The successor itself, sealed with a key that only the bearer of the token before it can make. */
  readonly sealed: Buffer;
  /** When the session ends unless it is refreshed again, if its life is long enough. */
  readonly refreshExpireTimeMs: TimeMs;
  readonly seen: Seen;
}

/** A session that goes on. */
export interface RefreshedSession {
  readonly id: string;
  readonly userId: string;
  readonly refreshExpireTimeMs: TimeMs;
  /** The successor that the token has bought before, when its answer seems to be lost; null when it buys the one that was handed in. */
  readonly sealedBefore: Buffer | null;
}

/** A log-in as its user sees it. */
export interface SessionView {
  readonly id: string;
  readonly createTimeMs: TimeMs;
  readonly lastUseTimeMs: TimeMs;
  readonly lastSeen: Seen;
  readonly expireTimeMs: TimeMs;
}

export interface SessionStore {
  /** The user of a session that has not ended; null otherwise, and for a suspended user. */
  getSessionUser(sessionId: string): Promise<UserRecord | null>;
  /**
   * Swaps a refresh token, which works once. The one used last may come back within LOST_ANSWER_MS, as long as its successor was not used;
   * any other that comes back was stolen: it ends its session, and a mail to the user is queued. Null when it counts for nothing.
   */
  refreshSession(refreshHash: string, next: Successor): Promise<RefreshedSession | "stolen" | null>;
  /** The user's sessions that have not ended, those used last first. */
  listSessions(userId: string): Promise<readonly SessionView[]>;
  /** False when the user has no such session. */
  endSession(userId: string, sessionId: string): Promise<boolean>;
  /** Ends every session of the user but one, or all; how many. Access tokens stay. */
  endSessions(userId: string, exceptId: string | null): Promise<number>;
}
