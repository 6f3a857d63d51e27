import { randomBytes } from "node:crypto";
import { parseEmailAddress } from "../domain/email-address.ts";
import { AppError } from "../domain/error.ts";
import { FieldProblems } from "../domain/field-problems.ts";
import { checkPassword } from "../domain/password.ts";
import { DAY_MS, type TimeMs } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Passwords } from "./passwords.ts";
import { hashSecret, type Sessions, type SessionTokens } from "./sessions.ts";
import type { UserRecord, UserStore } from "./user-store.ts";

const CODE_LIFE_MS = DAY_MS;
/** Crockford's letters: none that is mistaken for another. */
const CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** 26 letters of 5 bits: more than 128 bits, so that a code can be looked up by itself and never guessed. */
const CODE_LENGTH = 26;

export interface LoggedIn {
  readonly user: UserRecord;
  readonly tokens: SessionTokens;
}

/** How people get in: register, bring the mailed code back, log in. */
export class Accounts {
  readonly #users: UserStore;
  readonly #passwords: Passwords;
  readonly #sessions: Sessions;
  readonly #dispatcher: Dispatcher;
  readonly #clock: Clock;

  constructor(users: UserStore, passwords: Passwords, sessions: Sessions, dispatcher: Dispatcher, clock: Clock) {
    this.#users = users;
    this.#passwords = passwords;
    this.#sessions = sessions;
    this.#dispatcher = dispatcher;
    this.#clock = clock;
  }

  /** Mails a code, if the address is free. The answer and its time are the same if it is not. */
  async register(emailText: string, password: string): Promise<{ email: string; expireTimeMs: TimeMs }> {
    const problems = new FieldProblems();
    const email = problems.read("email", "", () => parseEmailAddress(emailText));
    problems.read("password", undefined, () => checkPassword(password, email));
    problems.check();
    const passwordHash = await this.#passwords.hash(password);
    const code = newCode();
    const expireTimeMs = this.#clock.now() + CODE_LIFE_MS;
    const registration = { email, passwordHash, code, codeHash: hashSecret(code), expireTimeMs };
    if (await this.#users.insertRegistration(registration)) this.#dispatcher.wake();
    return { email, expireTimeMs };
  }

  /** Makes the user for a code and logs in. Throws AppError INVALID_ARGUMENT CODE_WRONG. */
  async verify(codeText: string): Promise<LoggedIn> {
    const session = this.#sessions.prepare();
    const user = await this.#users.verifyUser(hashSecret(normalizeCode(codeText)), session.record);
    if (user === null) {
      throw AppError.invalidField(
        "code",
        "CODE_WRONG",
        "is wrong, used already, or older than a day",
        "./bell register EMAIL mails a new one.",
      );
    }
    return { user, tokens: await this.#sessions.tokensFor(user.id, session) };
  }

  /** Throws AppError UNAUTHENTICATED LOGIN_FAILED, the same for an unknown address and a wrong password, after the same time. */
  async logIn(email: string, password: string): Promise<LoggedIn> {
    const user = await this.#users.findUser(email.trim());
    const isRight = await this.#passwords.verify(password, user?.passwordHash ?? null);
    if (user === null || !isRight) {
      throw new AppError("UNAUTHENTICATED", "LOGIN_FAILED", "address and password do not belong together", {
        hint: "If you have just registered, bring the mailed code back first: ./bell verify CODE",
      });
    }
    const session = this.#sessions.prepare();
    await this.#users.insertSession({ ...session.record, userId: user.id });
    return { user, tokens: await this.#sessions.tokensFor(user.id, session) };
  }
}

function newCode(): string {
  return [...randomBytes(CODE_LENGTH)].map((byte) => CODE_LETTERS[byte & 31]).join("");
}

/** As it was mailed, however it was typed: blanks and hyphens dropped, look-alikes read as what was meant. */
function normalizeCode(text: string): string {
  return text.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
}
