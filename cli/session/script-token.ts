import { AppError } from "../../domain/error.ts";
import { DAY_MS } from "../../domain/time.ts";
import type { Session } from "../../proto/gen/tickerbell/v1/user_service.ts";
import type { UserSession } from "./user-session.ts";

/** What speaks for the user of a command: the log-in that is kept here, or an access token made for scripts. */
export type Login = Pick<UserSession, "token" | "leftMs" | "tokenIfAny" | "renew" | "keep" | "forget">;

/** Why the alerts of whoever types do not show beside the prices. */
export function alertsMissingText(session: Login): string {
  return session instanceof ScriptToken
    ? `Your alerts do not show: the access token in ${session.file} counts for nothing`
    : "Your alerts show after: ./bell login EMAIL";
}

/** An access token out of a file (BELL_ACCESS_TOKEN_FILE). It takes the place of the log-in, which stays as it is. */
export class ScriptToken implements Login {
  readonly #token: string;
  readonly #file: string;
  readonly #login: Pick<Login, "keep" | "forget">;

  constructor(token: string, file: string, login: Pick<Login, "keep" | "forget">) {
    this.#token = token;
    this.#file = file;
    this.#login = login;
  }

  /** Where it was read. */
  get file(): string {
    return this.#file;
  }

  token(): Promise<string> {
    return Promise.resolve(this.#token);
  }

  tokenIfAny(): Promise<string | null> {
    return this.token();
  }

  /** Nobody can tell from the token when it ends. */
  leftMs(): number {
    return DAY_MS;
  }

  /** There is none to come after it. Throws AppError UNAUTHENTICATED SESSION_ENDED. */
  renew(): Promise<never> {
    const message = `the access token in ${this.#file} counts for nothing: it was revoked, or its time is over`;
    return Promise.reject(
      new AppError("UNAUTHENTICATED", "SESSION_ENDED", message, {
        hint: "make another where you are logged in: ./bell tokens create NAME",
      }),
    );
  }

  /** What needs a log-in does not come with one while the token speaks: who is told to log in must know what to unset. */
  explained(failure: unknown): unknown {
    if (!(failure instanceof AppError) || failure.reason !== "SESSION_REQUIRED") return failure;
    const { code, reason, message } = failure;
    const hint = "unset BELL_ACCESS_TOKEN_FILE, which takes the place of a log-in; then ./bell login EMAIL";
    return new AppError(code, reason, message, { hint, cause: failure });
  }

  keep(email: string, session: Session | undefined): void {
    this.#login.keep(email, session);
  }

  forget(): void {
    this.#login.forget();
  }
}
