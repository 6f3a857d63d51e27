import { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import type { Session } from "../../proto/gen/tickerbell/v1/user_service.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import { withFileLock } from "./file-lock.ts";
import type { SessionFile } from "./session-file.ts";
import { storedSessionFrom, type StoredSession } from "./stored-session.ts";

/** A token that ends within this time is renewed before it is used: the call still has to travel. */
const MARGIN_MS = 10 * SECOND_MS;

export interface UserSessionOptions {
  readonly file: SessionFile;
  /** host:port; a log-in at another server counts as none. */
  readonly server: string;
  readonly clock: Clock;
  /** Buys new tokens for a refresh token. */
  readonly refresh: (refreshToken: string) => Promise<Session | undefined>;
}

/** The log-in of whoever types: kept on disk, renewed when its access token is over. */
export class UserSession {
  readonly #options: UserSessionOptions;

  constructor(options: UserSessionOptions) {
    this.#options = options;
  }

  /** An access token that is good for so long at least. Throws AppError UNAUTHENTICATED when nobody is logged in here. */
  async token(forMs = MARGIN_MS): Promise<string> {
    const stored = this.#load();
    return this.#leftMs(stored) > forMs ? stored.accessToken : this.renew(stored.accessToken);
  }

  /** For how long the access token is good that is kept here. Throws AppError UNAUTHENTICATED when nobody is logged in. */
  leftMs(): number {
    return this.#leftMs(this.#load());
  }

  /** The same, or null when nobody is logged in. */
  async tokenIfAny(): Promise<string | null> {
    const stored = this.#options.file.load();
    if (stored?.server !== this.#options.server) return null;
    try {
      return await this.token();
    } catch (error) {
      if (error instanceof AppError && error.code === "UNAUTHENTICATED") return null;
      throw error;
    }
  }

  /**
   * A token in place of one that is over or was refused. A refresh token works once, so only one process renews at a time,
   * and one that finds the work done takes what is there.
   */
  async renew(spent: string): Promise<string> {
    const { file, clock } = this.#options;
    return withFileLock(`${file.path}.lock`, clock, async () => {
      const stored = this.#load();
      if (stored.accessToken !== spent && this.#leftMs(stored) > MARGIN_MS) return stored.accessToken;
      return this.#buy(stored);
    });
  }

  /** Keeps a session that the server has just given. */
  keep(email: string, session: Session | undefined): void {
    this.#options.file.save(storedSessionFrom(this.#options.server, email, session));
  }

  /** Forgets the log-in here; the server is not asked. */
  forget(): void {
    this.#options.file.remove();
  }

  async #buy(stored: StoredSession): Promise<string> {
    const { file, server, refresh } = this.#options;
    try {
      const renewed = storedSessionFrom(server, stored.email, await refresh(stored.refreshToken));
      file.save(renewed);
      return renewed.accessToken;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "UNAUTHENTICATED") throw error;
      file.remove(); // it buys nothing any more
      throw new AppError("UNAUTHENTICATED", "SESSION_ENDED", "your log-in has ended", {
        hint: `./bell login ${stored.email}`,
        cause: error,
      });
    }
  }

  #load(): StoredSession {
    const { file, server } = this.#options;
    const stored = file.load();
    if (stored === null) throw notLoggedIn("you are not logged in", "./bell login EMAIL (or ./bell register EMAIL)");
    if (stored.server === server) return stored;
    throw notLoggedIn(
      `you are logged in at ${stored.server}, not at ${server}`,
      `./bell login ${stored.email}, or call the other one with --server ${stored.server}`,
    );
  }

  #leftMs(stored: StoredSession): number {
    return stored.accessExpireMs - this.#options.clock.now();
  }
}

function notLoggedIn(message: string, hint: string): AppError {
  return new AppError("UNAUTHENTICATED", "NOT_LOGGED_IN", message, { hint });
}
