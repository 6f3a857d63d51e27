import { createHash } from "node:crypto";
import { AppError } from "../domain/error.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../domain/time.ts";
import { networkOf } from "./network-of.ts";
import type { ThrottleRule } from "./throttle-rule.ts";
import type { Attempt, ThrottleStore } from "./throttle-store.ts";
import type { UserStore } from "./user-store.ts";

/** How often what may be tried. */
export interface ThrottleRules {
  /** Log-ins, and whatever else asks for a password or a code, from one network. */
  readonly attempts: ThrottleRule;
  /** Wrong passwords of one account. */
  readonly failures: ThrottleRule;
  /** Accounts asked for from one network. */
  readonly registrations: ThrottleRule;
  /** Codes for another password of one account. */
  readonly resets: ThrottleRule;
}

/** A person who has forgotten a password tries a few; a program that guesses gets some 20 an hour. */
export const USUAL_THROTTLES: ThrottleRules = {
  attempts: { kind: "window", most: 20, spanMs: MINUTE_MS },
  failures: { kind: "backOff", free: 5 },
  registrations: { kind: "window", most: 5, spanMs: HOUR_MS },
  resets: { kind: "window", most: 3, spanMs: HOUR_MS },
};

/** An attempt at an account that may be made. It counts as a failure until it is forgiven. */
export interface AdmittedAttempt {
  /** The password was right: what was counted at this account from here counts no more. */
  forgive(): Promise<void>;
}

/**
 * Keeps guesses few. Every attempt is counted before it is made, and the same way whether or not there is such an account. From where its
 * user has logged in before, an account has a count of its own, so that strangers cannot lock the user out.
 */
export class AccountThrottle {
  readonly #store: ThrottleStore;
  readonly #users: Pick<UserStore, "hasLoggedInFrom">;
  readonly #rules: ThrottleRules;

  constructor(store: ThrottleStore, users: Pick<UserStore, "hasLoggedInFrom">, rules: ThrottleRules) {
    this.#store = store;
    this.#users = users;
    this.#rules = rules;
  }

  /** A password of an account is to be tried; `userId` null: there is no such account. Throws AppError RESOURCE_EXHAUSTED RATE_LIMITED. */
  async admitPassword(email: string, userId: string | null, address: string): Promise<AdmittedAttempt> {
    const network = networkOf(address);
    const isKnown = userId !== null && (await this.#users.hasLoggedInFrom(userId, network));
    const key = isKnown ? keyOf("account from", email, network) : keyOf("account", email);
    await this.#admit([this.#fromNetwork(network), { key, rule: this.#rules.failures }]);
    return { forgive: () => this.#store.forgetAttempts([key]) };
  }

  /** A code is to be tried. Throws AppError RESOURCE_EXHAUSTED RATE_LIMITED. */
  async admitCode(address: string): Promise<void> {
    await this.#admit([this.#fromNetwork(networkOf(address))]);
  }

  /** An account is asked for. Throws AppError RESOURCE_EXHAUSTED RATE_LIMITED. */
  async admitRegistration(address: string): Promise<void> {
    await this.#admit([{ key: keyOf("register", networkOf(address)), rule: this.#rules.registrations }]);
  }

  /** What a wish for another password counts as, for the transaction that grants it. */
  resetAttempts(email: string, address: string): readonly Attempt[] {
    return [this.#fromNetwork(networkOf(address)), { key: keyOf("reset", email), rule: this.#rules.resets }];
  }

  #fromNetwork(network: string): Attempt {
    return { key: keyOf("address", network), rule: this.#rules.attempts };
  }

  async #admit(attempts: readonly Attempt[]): Promise<void> {
    assertNoWait(await this.#store.countAttempt(attempts));
  }
}

/** Throws AppError RESOURCE_EXHAUSTED RATE_LIMITED if there is a wait. */
export function assertNoWait(waitMs: number): void {
  if (waitMs <= 0) return;
  throw new AppError("RESOURCE_EXHAUSTED", "RATE_LIMITED", "too many attempts", {
    hint: `Try again in ${Math.ceil(waitMs / SECOND_MS)} s.`,
    retryAfterMs: waitMs,
  });
}

/** What is counted, in a word, and a hash of whom; addresses of one person in upper and lower case are one. */
function keyOf(what: string, ...whom: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify(whom.map((one) => one.toLowerCase())));
  return `${what} ${hash.digest("base64url")}`;
}
