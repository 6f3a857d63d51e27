import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { AccessTokens, isScriptToken } from "../access-tokens.ts";
import { Sessions } from "../sessions.ts";
import type { Store } from "../store.ts";
import { TokenKeys } from "../token-keys.ts";
import type { CallerUser } from "./caller.ts";
import { OpenCalls, type Review } from "./open-calls.ts";
import { userReview } from "./user-review.ts";

export interface IdentityDeps {
  readonly store: Pick<Store, "sessions" | "accessTokens">;
  /** Where the keys of the access tokens are kept. */
  readonly dataFolder: string;
  /** What open calls must pass besides. */
  readonly reviews: readonly Review[];
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
}

/** What finds out which user calls, and ends the calls whose user is there no more. */
export class Identity {
  readonly sessions: Sessions;
  readonly accessTokens: AccessTokens;
  readonly openCalls: OpenCalls;
  readonly #keys: TokenKeys;

  /** Throws AppError CONFIG_INVALID when a file of the data folder holds no key. */
  constructor({ store, dataFolder, reviews, clock, newId, log }: IdentityDeps) {
    this.#keys = new TokenKeys(dataFolder, clock, log);
    this.sessions = new Sessions({ store: store.sessions, keys: this.#keys, clock, newId });
    const onEnd = () => this.sessions.announceEnd();
    this.accessTokens = new AccessTokens({ store: store.accessTokens, clock, newId, log, onEnd });
    this.openCalls = new OpenCalls(
      [userReview({ sessions: this.sessions, accessTokens: this.accessTokens, clock }), ...reviews],
      clock,
      log,
    );
    this.sessions.onEnd(() => this.openCalls.reviewSoon());
  }

  /** The user that a bearer's token speaks for, which came from an address. Throws AppError UNAUTHENTICATED. */
  async findUser(token: string, address: string): Promise<CallerUser> {
    if (isScriptToken(token)) {
      return { ...(await this.accessTokens.authenticate(token, address)), sessionId: null };
    }
    return { ...(await this.sessions.authenticate(token)), accessTokenId: null };
  }

  start(): void {
    this.#keys.start();
    this.openCalls.start();
  }

  async close(): Promise<void> {
    await this.openCalls.close();
    await this.#keys.close();
  }
}
