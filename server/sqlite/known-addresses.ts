import type Database from "better-sqlite3";
import type { TimeMs } from "../../domain/time.ts";
import { KNOWN_ADDRESS_MS } from "../user-store.ts";

/** So many a user: who travels more is throttled like a stranger. */
const MAX_PER_USER = 50;

/** From where users have logged in. Runs inside transactions. */
export class KnownAddresses {
  readonly #isKnown: Database.Statement;
  readonly #insert: Database.Statement;
  readonly #removeOld: Database.Statement;

  constructor(db: Database.Database) {
    this.#isKnown = db
      .prepare("SELECT 1 FROM known_addresses WHERE user_id = ? AND address = ? AND last_time > ?")
      .pluck();
    this.#insert = db.prepare("INSERT OR REPLACE INTO known_addresses VALUES (@userId, @network, @now)");
    this.#removeOld = db.prepare(
      `DELETE FROM known_addresses WHERE user_id = @userId AND (last_time <= @now - ${KNOWN_ADDRESS_MS} OR address IN
         (SELECT address FROM known_addresses WHERE user_id = @userId ORDER BY last_time DESC LIMIT -1 OFFSET ${MAX_PER_USER}))`,
    );
  }

  has(userId: string, network: string, now: TimeMs): boolean {
    return this.#isKnown.get(userId, network, now - KNOWN_ADDRESS_MS) === 1;
  }

  insert(userId: string, network: string, now: TimeMs): void {
    this.#insert.run({ userId, network, now });
    this.#removeOld.run({ userId, now });
  }
}
