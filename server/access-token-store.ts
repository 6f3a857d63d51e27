// The part of the port to the database that keeps the access tokens of scripts.
import type { TimeMs } from "../domain/time.ts";
import type { UserRecord } from "./user-record.ts";

/** So many tokens a user may have. */
export const MAX_ACCESS_TOKENS = 50;

/** A token that is to be stored. */
export interface NewAccessToken {
  readonly id: string;
  readonly userId: string;
  /** The session that it is made in. */
  readonly sessionId: string;
  readonly tokenHash: string;
  readonly name: string;
  readonly expireTimeMs: TimeMs;
}

/** A token as its user sees it. */
export interface AccessTokenView {
  readonly id: string;
  readonly name: string;
  readonly createTimeMs: TimeMs;
  readonly expireTimeMs: TimeMs;
  /** To the minute; null if it never was used. */
  readonly lastUseTimeMs: TimeMs | null;
  readonly lastAddress: string;
}

/** Whom a token speaks for, and until when. */
export interface TokenHolder {
  readonly tokenId: string;
  readonly user: UserRecord;
  readonly expireTimeMs: TimeMs;
}

export interface AccessTokenStore {
  /**
   * Throws AppError RESOURCE_EXHAUSTED TOO_MANY beyond MAX_ACCESS_TOKENS; those that have expired do not count, and go. Throws
   * UNAUTHENTICATED SESSION_ENDED when the session has ended meanwhile: whoever stole it must not leave with a token.
   */
  insertAccessToken(token: NewAccessToken): Promise<AccessTokenView>;
  /** Whom a token speaks for, by its hash; null when there is none that has not expired, and for a suspended user. */
  findTokenHolder(tokenHash: string): Promise<TokenHolder | null>;
  /** The same by its id. */
  getTokenHolder(tokenId: string): Promise<TokenHolder | null>;
  /** Keeps that it was used now, to the minute. */
  noteTokenUse(tokenId: string, address: string): Promise<void>;
  /** The user's tokens that have not expired, newest first. */
  listAccessTokens(userId: string): Promise<readonly AccessTokenView[]>;
  /** False when the user has no such token. */
  deleteAccessToken(userId: string, tokenId: string): Promise<boolean>;
}
