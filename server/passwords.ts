import { argon2 as argon2Callback, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { AppError } from "../domain/error.ts";

const argon2 = promisify(argon2Callback);

/** Memory in KiB, passes, lanes: OWASP's first choice for argon2id (Password Storage Cheat Sheet). About 30 ms. */
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;
/** So many hashes at once; each takes a core and 19 MB. */
const HASHES_AT_ONCE = 2;
/** So many callers may wait for their turn; more are refused. */
const LONGEST_QUEUE = 32;
/** By then a full queue has been worked off. */
const QUEUE_GONE_MS = 1_000;

/** Hashes passwords with argon2id, a few at a time, so that a flood of log-ins cannot take the machine. */
export class Passwords {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** The hash to store, with its parameters and salt. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    const tag = await this.#derive(password, salt, COST);
    const { memory, passes, parallelism } = COST;
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
  }

  /** Whether the password is the one that was hashed. Without a hash it takes as long and says no. */
  async verify(password: string, stored: string | null): Promise<boolean> {
    const parsed = stored === null ? null : parseHash(stored);
    const tag = await this.#derive(password, parsed?.salt ?? Buffer.alloc(16), parsed?.cost ?? COST);
    return parsed !== null && timingSafeEqual(tag, parsed.tag);
  }

  async #derive(password: string, nonce: Buffer, cost: typeof COST | Cost): Promise<Buffer> {
    await this.#turn();
    try {
      return await argon2("argon2id", { message: password.normalize("NFC"), nonce, ...cost });
    } finally {
      this.#handOn();
    }
  }

  async #turn(): Promise<void> {
    if (this.#waiting.length >= LONGEST_QUEUE) {
      throw new AppError("RESOURCE_EXHAUSTED", "RATE_LIMITED", "too many log-ins at once", {
        hint: "Try again in a few seconds.",
        retryAfterMs: QUEUE_GONE_MS,
      });
    }
    if (this.#running >= HASHES_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
  }

  /** The turn goes straight to whoever has waited longest: were it free in between, a newcomer could take it too. */
  #handOn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly tagLength: number;
}

function parseHash(text: string): { cost: Cost; salt: Buffer; tag: Buffer } {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(text);
  if (match === null) throw new Error("a stored password hash cannot be read");
  const [memory, passes, parallelism] = [match[1], match[2], match[3]].map(Number);
  const tag = Buffer.from(match[5] ?? "", "base64");
  const cost = { memory: memory ?? 0, passes: passes ?? 0, parallelism: parallelism ?? 0, tagLength: tag.length };
  return { cost, salt: Buffer.from(match[4] ?? "", "base64"), tag };
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
