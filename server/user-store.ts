// The part of the port to the database that keeps accounts.
import type { TimeMs } from "../domain/time.ts";
import type { NewSessionRecord } from "./session-store.ts";

export interface UserRecord {
  readonly id: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly createTimeMs: TimeMs;
  /** The zone in which mails tell the time. */
  readonly timeZone: string;
  /** Whether the user looks after other people's accounts. */
  readonly isOperator: boolean;
  /** Since when an operator keeps the user out; null: not at all. */
  readonly suspendTimeMs: TimeMs | null;
  /** So many alerts the user may have; null: as many as usual. */
  readonly alertLimit: number | null;
}

/** An account that was asked for: whoever brings the code back makes the user with this password. */
export interface Registration {
  readonly email: string;
  readonly passwordHash: string;
  readonly code: string;
  readonly codeHash: string;
  readonly expireTimeMs: TimeMs;
}

export interface UserStore {
  /** Keeps the registration and queues the mail with its code, in one transaction. False, and nothing kept, when the address belongs to a user or has asked too often today. */
  insertRegistration(registration: Registration): Promise<boolean>;
  /** Makes the user and its first session, and uses up every registration of the address; null when no such code counts. */
  verifyUser(codeHash: string, session: NewSessionRecord): Promise<UserRecord | null>;
  /** By address in any case; null when there is none. */
  findUser(email: string): Promise<UserRecord | null>;
}
