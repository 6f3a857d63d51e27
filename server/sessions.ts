import { decodeProtectedHeader, errors, jwtVerify, SignJWT, type JWTPayload } from "jose";
import { AppError } from "../domain/error.ts";
import { DAY_MS, MINUTE_MS, type TimeMs } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import { hashSecret, newSecret } from "./secret.ts";
import { sessionEnded } from "./session-ended.ts";
import { openSuccessor, sealSuccessor } from "./sealed-successor.ts";
import type { NewSessionRecord, Seen, SessionStore, SessionView } from "./session-store.ts";
import type { TokenKey } from "./token-key-files.ts";
import type { UserRecord } from "./user-record.ts";

const ACCESS_LIFE_MS = 15 * MINUTE_MS;
/** A session that is not refreshed for so long is over. */
const IDLE_LIFE_MS = 7 * DAY_MS;
/** So long after its log-in a session is over, however often it was refreshed. */
const WHOLE_LIFE_MS = 30 * DAY_MS;
const ISSUER = "tickerbell";
const TOKEN_TYPE = "at+jwt";
const ALGORITHM = "EdDSA";
/** All that a header of ours says: one that says more, such as where its key is to be found, is not ours. */
const HEADER = "alg,kid,typ";
/** Ours have less than half of it. */
const MAX_TOKEN_LENGTH = 1_024;

/** What a client gets to speak for a user. */
export interface SessionTokens {
  readonly accessToken: string;
  readonly accessExpireTimeMs: TimeMs;
  readonly refreshToken: string;
  readonly refreshExpireTimeMs: TimeMs;
}

/** A session that is to be stored, and the refresh token that only its client keeps. */
export interface NewSession {
  readonly record: NewSessionRecord;
  readonly refreshToken: string;
}

/** Whom an access token speaks for. */
export interface SessionUser {
  readonly record: UserRecord;
  readonly sessionId: string;
  /** When the token ends. */
  readonly expireTimeMs: TimeMs;
}

/** The keys of access tokens, as far as they sign and verify. */
export interface SessionKeys {
  readonly newest: Pick<TokenKey, "id" | "privateKey">;
  /** The key of a name, which may be anything; undefined if it is none that counts. */
  find(id: unknown): Pick<TokenKey, "publicKey"> | undefined;
}

export interface SessionsDeps {
  readonly store: SessionStore;
  readonly keys: SessionKeys;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** Short-lived signed access tokens, each backed by a session row: when the row ends, so do they. */
export class Sessions {
  readonly #store: SessionStore;
  readonly #keys: SessionKeys;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #listeners: (() => void)[] = [];

  constructor({ store, keys, clock, newId }: SessionsDeps) {
    this.#store = store;
    this.#keys = keys;
    this.#clock = clock;
    this.#newId = newId;
  }

  /** A new session, not stored yet. */
  prepare(seen: Seen): NewSession {
    const refreshToken = newSecret();
    const now = this.#clock.now();
    const times = { refreshExpireTimeMs: now + IDLE_LIFE_MS, lifeEndTimeMs: now + WHOLE_LIFE_MS };
    return { record: { id: this.#newId(), refreshHash: hashSecret(refreshToken), ...times, seen }, refreshToken };
  }

  /** The tokens of a session that is stored. */
  tokensFor(userId: string, { record, refreshToken }: NewSession): Promise<SessionTokens> {
    const { id, refreshExpireTimeMs } = record;
    return this.#tokens({ id, userId, refreshExpireTimeMs }, refreshToken);
  }

  /** The next tokens for a refresh token. Throws AppError UNAUTHENTICATED SESSION_ENDED. */
  async refresh(refreshToken: string, seen: Seen): Promise<SessionTokens> {
    const successor = newSecret();
    const session = await this.#store.refreshSession(hashSecret(refreshToken), {
      refreshHash: hashSecret(successor),
      sealed: sealSuccessor(refreshToken, successor),
      refreshExpireTimeMs: this.#clock.now() + IDLE_LIFE_MS,
      seen,
    });
    if (session === "stolen") this.announceEnd();
    if (session === "stolen" || session === null) throw sessionEnded();
    const { sealedBefore } = session;
    return this.#tokens(session, sealedBefore === null ? successor : openSuccessor(refreshToken, sealedBefore));
  }

  /** Whom an access token speaks for; the session row is asked each time. Throws AppError UNAUTHENTICATED. */
  async authenticate(accessToken: string): Promise<SessionUser> {
    const { sub, sid, exp } = await this.#verify(accessToken);
    const record = await this.#store.getSessionUser(String(sid));
    if (record === null || record.id !== sub) throw sessionEnded();
    return { record, sessionId: String(sid), expireTimeMs: Number(exp) * 1_000 };
  }

  /** Whether a session has not ended. */
  async isOpen(sessionId: string): Promise<boolean> {
    return (await this.#store.getSessionUser(sessionId)) !== null;
  }

  /** The user's sessions, those used last first. */
  list(userId: string): Promise<readonly SessionView[]> {
    return this.#store.listSessions(userId);
  }

  /** Ends a session at once, with the calls that it has open. False when the user has no such session. */
  async end(userId: string, sessionId: string): Promise<boolean> {
    const hasEnded = await this.#store.endSession(userId, sessionId);
    this.announceEnd();
    return hasEnded;
  }

  /** Ends every session of a user but one, or all; how many. */
  async endAll(userId: string, exceptId: string | null): Promise<number> {
    const count = await this.#store.endSessions(userId, exceptId);
    this.announceEnd();
    return count;
  }

  /** Calls back whenever a session may have ended. */
  onEnd(listen: () => void): void {
    this.#listeners.push(listen);
  }

  /** For whoever ends sessions by another transaction: the calls that they have open end at once. */
  announceEnd(): void {
    for (const listen of this.#listeners) listen();
  }

  async #tokens(
    session: { readonly id: string; readonly userId: string; readonly refreshExpireTimeMs: TimeMs },
    refreshToken: string,
  ): Promise<SessionTokens> {
    const { id, userId, refreshExpireTimeMs } = session;
    const nowS = Math.floor(this.#clock.now() / 1_000);
    const expireS = Math.min(nowS + ACCESS_LIFE_MS / 1_000, Math.floor(refreshExpireTimeMs / 1_000));
    const key = this.#keys.newest;
    const accessToken = await new SignJWT({ sid: id })
      .setProtectedHeader({ alg: ALGORITHM, kid: key.id, typ: TOKEN_TYPE })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setSubject(userId)
      .setJti(this.#newId())
      .setIssuedAt(nowS)
      .setNotBefore(nowS)
      .setExpirationTime(expireS)
      .sign(key.privateKey);
    return { accessToken, accessExpireTimeMs: expireS * 1_000, refreshToken, refreshExpireTimeMs };
  }

  async #verify(accessToken: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(accessToken, this.#keyOf(accessToken), {
        algorithms: [ALGORITHM],
        typ: TOKEN_TYPE,
        issuer: ISSUER,
        audience: ISSUER,
        currentDate: new Date(this.#clock.now()),
        maxTokenAge: ACCESS_LIFE_MS / 1_000,
        requiredClaims: ["sub", "exp", "nbf", "jti", "sid"],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw sessionEnded("the access token is over");
      throw new AppError("UNAUTHENTICATED", "NOT_LOGGED_IN", "the access token counts for nothing", {
        hint: "./bell login EMAIL",
        cause: error,
      });
    }
  }

  /** The key is one of ours, whatever the token says of where to find one. */
  #keyOf(accessToken: string) {
    if (accessToken.length > MAX_TOKEN_LENGTH) throw new Error("too long");
    const header = decodeProtectedHeader(accessToken);
    if (Object.keys(header).sort().join() !== HEADER) throw new Error("a header that is not ours");
    const key = this.#keys.find(header.kid);
    if (key === undefined) throw new Error("a key that is not ours");
    return key.publicKey;
  }
}
