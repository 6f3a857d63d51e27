import { errors, jwtVerify, SignJWT } from "jose";
import { createHash, createPublicKey, randomBytes, type KeyObject } from "node:crypto";
import { AppError } from "../domain/error.ts";
import { DAY_MS, MINUTE_MS, type TimeMs } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { SessionRecord, UserRecord, UserStore } from "./user-store.ts";

const ACCESS_LIFE_MS = 15 * MINUTE_MS;
/** A session that is not refreshed for so long is over. */
const REFRESH_LIFE_MS = 30 * DAY_MS;
const ISSUER = "tickerbell";
const TOKEN_TYPE = "at+jwt";

/** What a client gets to speak for a user. */
export interface SessionTokens {
  readonly accessToken: string;
  readonly accessExpireTimeMs: TimeMs;
  readonly refreshToken: string;
  readonly refreshExpireTimeMs: TimeMs;
}

/** A session that is to be stored, and the refresh token that only its client keeps. */
export interface NewSession {
  readonly record: Omit<SessionRecord, "userId">;
  readonly refreshToken: string;
}

/** Short-lived signed access tokens, each backed by a session row: when the row ends, so do they. */
export class Sessions {
  readonly #users: UserStore;
  readonly #key: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #clock: Clock;
  readonly #newId: () => string;

  constructor(users: UserStore, key: KeyObject, clock: Clock, newId: () => string) {
    this.#users = users;
    this.#key = key;
    this.#publicKey = createPublicKey(key);
    this.#clock = clock;
    this.#newId = newId;
  }

  /** A new session, not stored yet. */
  prepare(): NewSession {
    const { refreshToken, refreshHash, refreshExpireTimeMs } = this.#newRefresh();
    return { record: { id: this.#newId(), refreshHash, refreshExpireTimeMs }, refreshToken };
  }

  /** The tokens of a session that is stored. */
  async tokensFor(userId: string, { record, refreshToken }: NewSession): Promise<SessionTokens> {
    const { token, expireTimeMs } = await this.#accessToken(userId, record.id);
    const { refreshExpireTimeMs } = record;
    return { accessToken: token, accessExpireTimeMs: expireTimeMs, refreshToken, refreshExpireTimeMs };
  }

  /** The next tokens for a refresh token. Throws AppError UNAUTHENTICATED SESSION_ENDED. */
  async refresh(refreshToken: string): Promise<SessionTokens> {
    const next = this.#newRefresh();
    const session = await this.#users.refreshSession(hashSecret(refreshToken), next);
    if (session === null) throw sessionEnded();
    const { id, userId, refreshHash, refreshExpireTimeMs } = session;
    return this.tokensFor(userId, {
      record: { id, refreshHash, refreshExpireTimeMs },
      refreshToken: next.refreshToken,
    });
  }

  /** Who an access token speaks for; the session row is asked each time. Throws AppError UNAUTHENTICATED. */
  async authenticate(accessToken: string): Promise<{ record: UserRecord; sessionId: string }> {
    const sessionId = await this.#verify(accessToken);
    const record = await this.#users.getSessionUser(sessionId);
    if (record === null) throw sessionEnded();
    return { record, sessionId };
  }

  async #accessToken(userId: string, sessionId: string): Promise<{ token: string; expireTimeMs: TimeMs }> {
    const issuedS = Math.floor(this.#clock.now() / 1_000);
    const expireS = issuedS + ACCESS_LIFE_MS / 1_000;
    const token = await new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: "EdDSA", typ: TOKEN_TYPE })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setSubject(userId)
      .setJti(this.#newId())
      .setIssuedAt(issuedS)
      .setExpirationTime(expireS)
      .sign(this.#key);
    return { token, expireTimeMs: expireS * 1_000 };
  }

  async #verify(accessToken: string): Promise<string> {
    try {
      const { payload } = await jwtVerify(accessToken, this.#publicKey, {
        algorithms: ["EdDSA"],
        typ: TOKEN_TYPE,
        issuer: ISSUER,
        audience: ISSUER,
        currentDate: new Date(this.#clock.now()),
        requiredClaims: ["sub", "exp", "sid"],
      });
      return String(payload["sid"]);
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw sessionEnded("the access token is over");
      throw new AppError("UNAUTHENTICATED", "NOT_LOGGED_IN", "the access token counts for nothing", {
        hint: "./bell login EMAIL",
        cause: error,
      });
    }
  }

  #newRefresh() {
    const refreshToken = randomBytes(32).toString("base64url");
    return {
      refreshToken,
      refreshHash: hashSecret(refreshToken),
      refreshExpireTimeMs: this.#clock.now() + REFRESH_LIFE_MS,
    };
  }
}

/** What is stored of a secret that only its owner keeps; it is long and random, so a plain hash does. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

function sessionEnded(message = "the session has ended"): AppError {
  return new AppError("UNAUTHENTICATED", "SESSION_ENDED", message, { hint: "./bell login EMAIL" });
}
