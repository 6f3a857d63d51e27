import { COMMON_PASSWORDS } from "../domain/common-passwords.ts";
import { parseEmailAddress } from "../domain/email-address.ts";
import { AppError } from "../domain/error.ts";
import { FieldProblems } from "../domain/field-problems.ts";
import { checkPassword } from "../domain/password.ts";
import type { TimeMs } from "../domain/time.ts";
import { parseTimeZone } from "../domain/time-zone.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import { assertNoWait, type AccountThrottle, type AdmittedAttempt } from "./account-throttle.ts";
import { hashTypedCode, newCode } from "./code.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { networkOf } from "./network-of.ts";
import type { Passwords } from "./passwords.ts";
import type { Seen } from "./session-store.ts";
import type { Sessions, SessionTokens } from "./sessions.ts";
import type { UserRecord } from "./user-record.ts";
import type { UserChange, UserStore } from "./user-store.ts";

export interface LoggedIn {
  readonly user: UserRecord;
  readonly tokens: SessionTokens;
}

/** A session in which a user does something to the account. */
export interface InSession {
  readonly record: UserRecord;
  readonly sessionId: string;
}

export interface AccountsDeps {
  readonly users: UserStore;
  readonly passwords: Passwords;
  readonly throttle: AccountThrottle;
  readonly sessions: Sessions;
  readonly dispatcher: Pick<Dispatcher, "wake">;
  readonly clock: Pick<Clock, "now">;
}

/** How people get in and out for good: register, bring the mailed code back, log in, another password, delete. */
export class Accounts {
  readonly #deps: AccountsDeps;

  constructor(deps: AccountsDeps) {
    this.#deps = deps;
  }

  /** Mails a code, or to the owner of an address that has a user a notice. The answer and its time are the same. */
  async register(
    wish: { email: string; password: string; timeZone: string },
    { address }: Seen,
  ): Promise<{ email: string; expireTimeMs: TimeMs }> {
    const { users, passwords, throttle, dispatcher, clock } = this.#deps;
    const problems = new FieldProblems();
    const email = problems.read("email", "", () => parseEmailAddress(wish.email));
    problems.read("password", undefined, () => checkNew(wish.password, email));
    const timeZone = problems.read("time_zone", "", () => parseTimeZone(wish.timeZone));
    problems.check();
    await throttle.admitRegistration(address);
    const passwordHash = await passwords.hash(wish.password, networkOf(address));
    const code = newCode(clock.now());
    if (await users.insertRegistration({ email, passwordHash, timeZone, ...code })) dispatcher.wake();
    return { email, expireTimeMs: code.expireTimeMs };
  }

  /** Makes the user for a code and logs in. Throws AppError INVALID_ARGUMENT CODE_WRONG. */
  async verify(codeText: string, seen: Seen): Promise<LoggedIn> {
    const { users, throttle, sessions, dispatcher } = this.#deps;
    await throttle.admitCode(seen.address);
    const session = sessions.prepare(seen);
    const user = await users.verifyUser(hashTypedCode(codeText), session.record);
    if (user === null)
      throw wrongCode("Did it work before? ./bell login EMAIL. If not, ./bell register EMAIL mails a new one.");
    dispatcher.wake(); // what waited for an address that was refused
    return { user, tokens: await sessions.tokensFor(user.id, session) };
  }

  /**
   * Throws AppError UNAUTHENTICATED LOGIN_FAILED, the same for an unknown address and a wrong password, after the same time; and, with the
   * right password only, PERMISSION_DENIED USER_SUSPENDED.
   */
  async logIn(email: string, password: string, seen: Seen): Promise<LoggedIn> {
    const { users, sessions } = this.#deps;
    const { user, attempt } = await this.#check(keptForm(email), password, seen);
    if (user === null) throw loginFailed();
    await attempt.forgive();
    if (user.suspendTimeMs !== null) throw suspended();
    const session = sessions.prepare(seen);
    const checked = { userId: user.id, passwordHash: user.passwordHash };
    if (!(await users.insertLogIn(session.record, checked))) throw loginFailed(); // changed meanwhile
    await this.#rehash(user, password, seen);
    return { user, tokens: await sessions.tokensFor(user.id, session) };
  }

  /** Sets another password; how many other sessions ended. Throws AppError PERMISSION_DENIED PASSWORD_WRONG. */
  async changePassword(
    { record, sessionId }: InSession,
    words: { current: string; next: string },
    seen: Seen,
  ): Promise<number> {
    const { users, passwords, sessions, dispatcher } = this.#deps;
    checkNew(words.next, record.email, "new_password");
    const user = await this.#checkOwner(record, words.current, seen);
    const afterHash = await passwords.hash(words.next, networkOf(seen.address));
    const change = { userId: user.id, beforeHash: user.passwordHash, afterHash };
    const ended = await users.changePassword(change, sessionId);
    if (ended === null) throw passwordWrong();
    dispatcher.wake();
    sessions.announceEnd();
    return ended;
  }

  /** Mails a code for another password, if the address has a user. The answer and its time are the same if not. */
  async requestReset(emailText: string, { address }: Seen): Promise<{ expireTimeMs: TimeMs }> {
    const { users, throttle, dispatcher, clock } = this.#deps;
    const email = parseEmailAddress(emailText);
    const code = newCode(clock.now());
    const { waitMs, isQueued } = await users.insertPasswordReset(email, code, throttle.resetAttempts(email, address));
    assertNoWait(waitMs);
    if (isQueued) dispatcher.wake();
    return code;
  }

  /** Replaces the password and ends all access; the address. Throws AppError INVALID_ARGUMENT CODE_WRONG. */
  async resetPassword(codeText: string, password: string, { address }: Seen): Promise<{ email: string }> {
    const { users, passwords, throttle, sessions, dispatcher } = this.#deps;
    await throttle.admitCode(address);
    const codeHash = hashTypedCode(codeText);
    const owner = await users.findPasswordReset(codeHash);
    const problems = new FieldProblems();
    if (owner === null) problems.read("code", null, refuseCode);
    problems.read("new_password", undefined, () => checkNew(password, owner?.email ?? "", "new_password"));
    problems.check();
    const user = await users.resetPassword(codeHash, await passwords.hash(password, networkOf(address)));
    if (user === null) throw wrongCode(ASK_FOR_RESET);
    dispatcher.wake();
    sessions.announceEnd();
    return user;
  }

  /** Deletes the user with everything. Throws AppError PERMISSION_DENIED PASSWORD_WRONG, FAILED_PRECONDITION STATE_CONFLICT. */
  async delete({ record }: InSession, password: string, seen: Seen): Promise<void> {
    const { users, sessions, dispatcher } = this.#deps;
    const user = await this.#checkOwner(record, password, seen);
    if (!(await users.deleteUser(user.id, user.passwordHash))) throw passwordWrong();
    dispatcher.wake();
    sessions.announceEnd();
  }

  /** Changes what the user wishes: what waits to be mailed goes by it from now on. */
  async update({ record }: InSession, change: UserChange): Promise<UserRecord> {
    const updated = await this.#deps.users.updateUser(record.id, change);
    this.#deps.dispatcher.wake();
    return updated ?? record;
  }

  /** Makes the user an operator. Throws AppError INVALID_ARGUMENT CODE_WRONG. */
  async claimOperator({ record }: InSession, codeText: string, { address }: Seen): Promise<UserRecord> {
    await this.#deps.throttle.admitCode(address);
    const user = await this.#deps.users.claimOperator(record.id, hashTypedCode(codeText));
    if (user === null) throw wrongCode("./bell operators code, with the operator's certificate, makes a new one.");
    return user;
  }

  /** The user, if the password is right; else null, after the same time. Throws AppError RESOURCE_EXHAUSTED RATE_LIMITED. */
  async #check(
    email: string,
    password: string,
    { address }: Seen,
  ): Promise<{ user: UserRecord | null; attempt: AdmittedAttempt }> {
    const { users, passwords, throttle } = this.#deps;
    const user = await users.findUser(email);
    const attempt = await throttle.admitPassword(email, user?.id ?? null, address);
    const isRight = await passwords.verify(password, user?.passwordHash ?? null, networkOf(address));
    return { user: isRight ? user : null, attempt };
  }

  /** The user as stored now, if the password is right. Throws AppError PERMISSION_DENIED PASSWORD_WRONG. */
  async #checkOwner(record: UserRecord, password: string, seen: Seen): Promise<UserRecord> {
    const { user, attempt } = await this.#check(record.email, password, seen);
    if (user === null || user.id !== record.id) throw passwordWrong();
    await attempt.forgive();
    return user;
  }

  /** Hashes get dearer as machines get faster; only at a log-in is the password at hand. */
  async #rehash(user: UserRecord, password: string, { address }: Seen): Promise<void> {
    const { users, passwords } = this.#deps;
    if (!passwords.isOutdated(user.passwordHash)) return;
    const afterHash = await passwords.hash(password, networkOf(address));
    await users.rehashPassword({ userId: user.id, beforeHash: user.passwordHash, afterHash });
  }
}

const ASK_FOR_RESET = "./bell password forgot EMAIL mails a new one.";

/** Throws AppError INVALID_ARGUMENT PASSWORD_WEAK. */
function checkNew(password: string, email: string, field?: string): void {
  checkPassword(password, { email, common: COMMON_PASSWORDS }, field);
}

/** An address as it is kept, if it is one; whoever logs in with anything else hears no more than that it failed. */
function keptForm(email: string): string {
  try {
    return parseEmailAddress(email.trim());
  } catch {
    return email.trim();
  }
}

function refuseCode(): never {
  throw wrongCode(ASK_FOR_RESET);
}

function wrongCode(hint: string): AppError {
  return AppError.invalidField("code", "CODE_WRONG", "is wrong, used already, or older than a day", hint);
}

function loginFailed(): AppError {
  return new AppError("UNAUTHENTICATED", "LOGIN_FAILED", "address and password do not belong together", {
    hint: "If you have just registered, bring the mailed code back first: ./bell verify CODE. If you forgot the password: ./bell password forgot EMAIL",
  });
}

function suspended(): AppError {
  return new AppError("PERMISSION_DENIED", "USER_SUSPENDED", "an operator has suspended this account", {
    hint: "Ask whoever runs this server.",
  });
}

function passwordWrong(): AppError {
  return new AppError("PERMISSION_DENIED", "PASSWORD_WRONG", "the password is not the current one", {
    hint: "If it is forgotten: ./bell password forgot EMAIL",
  });
}
