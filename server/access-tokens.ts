import { AppError } from "../domain/error.ts";
import { FieldProblems } from "../domain/field-problems.ts";
import { isOneLine } from "../domain/one-line.ts";
import { DAY_MS, MINUTE_MS, type TimeMs } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import type { AccessTokenStore, AccessTokenView } from "./access-token-store.ts";
import { hashSecret, newSecret } from "./secret.ts";
import type { UserRecord } from "./user-record.ts";

/** What each begins with, so that scanners for lost secrets can know it. */
const PREFIX = "bell_";
const TOKEN = /^bell_[\w-]{43}$/;
const USUAL_LIFE_MS = 90 * DAY_MS;
const MAX_LIFE_MS = 365 * DAY_MS;
const MAX_NAME_LENGTH = 100;
/** What a decoder puts in the place of bytes that are no text. */
const NO_TEXT = "\ufffd";

/** Whom an access token of a script speaks for. */
export interface TokenUser {
  readonly record: UserRecord;
  readonly accessTokenId: string;
  /** When the token ends. */
  readonly expireTimeMs: TimeMs;
}

export interface AccessTokensDeps {
  readonly store: AccessTokenStore;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
  /** Called when a token has been revoked. */
  readonly onEnd: () => void;
}

/** The access tokens that users make for their scripts. */
export class AccessTokens {
  readonly #deps: AccessTokensDeps;
  /** Whose use was kept in this minute. */
  readonly #noted = new Set<string>();
  #minute = 0;

  constructor(deps: AccessTokensDeps) {
    this.#deps = deps;
  }

  /**
   * Makes a token, which is told here and never again. `readExpireTime`: null for the usual life. Throws AppError INVALID_ARGUMENT with
   * every bad field, RESOURCE_EXHAUSTED TOO_MANY, or UNAUTHENTICATED SESSION_ENDED.
   */
  async create(
    { userId, sessionId }: { userId: string; sessionId: string },
    nameText: string,
    readExpireTime: () => TimeMs | null,
  ): Promise<{ view: AccessTokenView; secret: string }> {
    const { store, clock, newId } = this.#deps;
    const problems = new FieldProblems();
    const name = problems.read("name", "", () => parseName(nameText));
    const expireTimeMs = problems.read("expire_time", 0, () => checkExpireTime(readExpireTime(), clock.now()));
    problems.check();
    const secret = `${PREFIX}${newSecret()}`;
    const token = { id: newId(), userId, sessionId, tokenHash: hashSecret(secret), name, expireTimeMs };
    return { view: await store.insertAccessToken(token), secret };
  }

  /** The user's tokens, newest first. */
  list(userId: string): Promise<readonly AccessTokenView[]> {
    return this.#deps.store.listAccessTokens(userId);
  }

  /** Revokes a token at once, with the calls that it has open. False when the user has no such token. */
  async revoke(userId: string, id: string): Promise<boolean> {
    const wasTheirs = await this.#deps.store.deleteAccessToken(userId, id);
    this.#deps.onEnd();
    return wasTheirs;
  }

  /** Whom a token speaks for; the store is asked each time. Throws AppError UNAUTHENTICATED NOT_LOGGED_IN. */
  async authenticate(secret: string, address: string): Promise<TokenUser> {
    const holder = TOKEN.test(secret) ? await this.#deps.store.findTokenHolder(hashSecret(secret)) : null;
    if (holder === null) {
      throw new AppError(
        "UNAUTHENTICATED",
        "NOT_LOGGED_IN",
        "the access token counts for nothing: it is unknown, expired or revoked",
        {
          hint: "./bell login EMAIL",
        },
      );
    }
    this.#noteUse(holder.tokenId, address);
    return { record: holder.user, accessTokenId: holder.tokenId, expireTimeMs: holder.expireTimeMs };
  }

  /** Whether a token has been neither revoked nor expired. */
  async isOpen(id: string): Promise<boolean> {
    return (await this.#deps.store.getTokenHolder(id)) !== null;
  }

  /** Once a minute at most, and never in the way of a call. */
  #noteUse(id: string, address: string): void {
    const { store, clock, log } = this.#deps;
    const minute = Math.floor(clock.now() / MINUTE_MS);
    if (minute !== this.#minute) this.#noted.clear();
    this.#minute = minute;
    if (this.#noted.has(id)) return;
    this.#noted.add(id);
    store.noteTokenUse(id, address).catch((error: unknown) => log.debug({ err: error }, "a token's use was not kept"));
  }
}

/** Whether a bearer's token is a script's rather than a session's. */
export function isScriptToken(token: string): boolean {
  return token.startsWith(PREFIX);
}

function parseName(text: string): string {
  const name = text.trim();
  const { length } = Array.from(name);
  if (length === 0) throw AppError.invalidField("name", "FIELD_REQUIRED", "must say what the token is for");
  if (length > MAX_NAME_LENGTH || !isOneLine(name) || name.includes(NO_TEXT)) {
    throw AppError.invalidField(
      "name",
      "FIELD_INVALID",
      `must have at most ${MAX_NAME_LENGTH} characters, on one line`,
    );
  }
  return name;
}

function checkExpireTime(wanted: TimeMs | null, now: TimeMs): TimeMs {
  const expireTimeMs = wanted ?? now + USUAL_LIFE_MS;
  if (expireTimeMs > now && expireTimeMs <= now + MAX_LIFE_MS) return expireTimeMs;
  throw AppError.invalidField("expire_time", "FIELD_INVALID", "must be in the future, and within a year");
}
