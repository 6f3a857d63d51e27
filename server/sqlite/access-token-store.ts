import type Database from "better-sqlite3";
import { AppError } from "../../domain/error.ts";
import { MINUTE_MS } from "../../domain/time.ts";
import {
  MAX_ACCESS_TOKENS,
  type AccessTokenStore,
  type AccessTokenView,
  type NewAccessToken,
  type TokenHolder,
} from "../access-token-store.ts";
import { sessionEnded } from "../session-ended.ts";
import type { Transactions } from "./transactions.ts";
import { userFromRow } from "./user-rows.ts";

export class SqliteAccessTokenStore implements AccessTokenStore {
  readonly #transactions: Transactions;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database, transactions: Transactions) {
    this.#transactions = transactions;
    this.#sql = statements(db);
  }

  insertAccessToken(token: NewAccessToken): Promise<AccessTokenView> {
    return this.#transactions.write(({ now }) => {
      const { id, userId, sessionId, tokenHash, name, expireTimeMs } = token;
      if (this.#sql.isOpen.get(sessionId, userId, now) === undefined) throw sessionEnded();
      this.#sql.forgetExpired.run(userId, now);
      if (Number(this.#sql.count.get(userId)) >= MAX_ACCESS_TOKENS) throw tooMany();
      this.#sql.insert.run(id, userId, tokenHash, name, now, expireTimeMs);
      return { id, name, createTimeMs: now, expireTimeMs, lastUseTimeMs: null, lastAddress: "" };
    });
  }

  async findTokenHolder(tokenHash: string): Promise<TokenHolder | null> {
    return Promise.resolve(this.#holder(this.#sql.findHolder.get(tokenHash, this.#transactions.stamp().now)));
  }

  async getTokenHolder(tokenId: string): Promise<TokenHolder | null> {
    return Promise.resolve(this.#holder(this.#sql.getHolder.get(tokenId, this.#transactions.stamp().now)));
  }

  noteTokenUse(tokenId: string, address: string): Promise<void> {
    return this.#transactions.write(({ now }) => {
      this.#sql.noteUse.run(now - (now % MINUTE_MS), address, tokenId);
    });
  }

  async listAccessTokens(userId: string): Promise<readonly AccessTokenView[]> {
    const rows = this.#sql.list.all(userId, this.#transactions.stamp().now) as TokenRow[];
    return Promise.resolve(rows.map(viewFromRow));
  }

  deleteAccessToken(userId: string, tokenId: string): Promise<boolean> {
    return this.#transactions.write(({ now }) => this.#sql.delete.run(tokenId, userId, now).changes > 0);
  }

  #holder(row: unknown): TokenHolder | null {
    const user = userFromRow(row);
    if (user === null) return null;
    const { token_id, expire_time } = row as { token_id: string; expire_time: number };
    return { tokenId: token_id, user, expireTimeMs: expire_time };
  }
}

interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly create_time: number;
  readonly expire_time: number;
  readonly last_use_time: number | null;
  readonly last_address: string;
}

function viewFromRow(row: TokenRow): AccessTokenView {
  return {
    id: row.id,
    name: row.name,
    createTimeMs: row.create_time,
    expireTimeMs: row.expire_time,
    lastUseTimeMs: row.last_use_time,
    lastAddress: row.last_address,
  };
}

function tooMany(): AppError {
  return new AppError("RESOURCE_EXHAUSTED", "TOO_MANY", `a user may have ${MAX_ACCESS_TOKENS} access tokens`, {
    hint: "Revoke one that is not used any more.",
  });
}

function statements(db: Database.Database) {
  const holder = `SELECT users.*, access_tokens.id AS token_id, expire_time FROM access_tokens JOIN users ON users.id = user_id
    WHERE suspend_time IS NULL`;
  return {
    isOpen: db.prepare(
      `SELECT 1 FROM sessions JOIN users ON users.id = user_id
       WHERE sessions.id = ? AND user_id = ? AND end_time IS NULL AND refresh_expire_time > ? AND suspend_time IS NULL`,
    ),
    forgetExpired: db.prepare("DELETE FROM access_tokens WHERE user_id = ? AND expire_time <= ?"),
    count: db.prepare("SELECT count(*) FROM access_tokens WHERE user_id = ?").pluck(),
    insert: db.prepare(
      "INSERT INTO access_tokens (id, user_id, token_hash, name, create_time, expire_time) VALUES (?, ?, ?, ?, ?, ?)",
    ),
    findHolder: db.prepare(`${holder} AND token_hash = ? AND expire_time > ?`),
    getHolder: db.prepare(`${holder} AND access_tokens.id = ? AND expire_time > ?`),
    noteUse: db.prepare("UPDATE access_tokens SET last_use_time = ?, last_address = ? WHERE id = ?"),
    list: db.prepare(
      "SELECT * FROM access_tokens WHERE user_id = ? AND expire_time > ? ORDER BY create_time DESC, id DESC",
    ),
    delete: db.prepare("DELETE FROM access_tokens WHERE id = ? AND user_id = ? AND expire_time > ?"),
  };
}
