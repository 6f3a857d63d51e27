import { argon2 as argon2Callback, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { SECOND_MS } from "../domain/time.ts";
import { FairTurns } from "./fair-turns.ts";

const argon2 = promisify(argon2Callback);

/** What a hash costs whoever makes one. */
export interface HashCost {
  /** In KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly tagLength: number;
}

/** OWASP's first choice for argon2id (Password Storage Cheat Sheet). About 30 ms. */
const COST: HashCost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
/** Each hash takes a core and 19 MB. */
const TURNS = { atOnce: 2, waiting: 32, waitingEach: 4, goneMs: SECOND_MS };

/** Hashes passwords with argon2id, a few at a time and in turn for each network, so that a flood of log-ins takes neither the machine nor others' turns. */
export class Passwords {
  readonly #cost: HashCost;
  readonly #turns = new FairTurns(TURNS);

  constructor(cost: HashCost = COST) {
    this.#cost = cost;
  }

  /** The hash to store, with its parameters and salt. `network`: where the wish comes from. */
  async hash(password: string, network: string): Promise<string> {
    const salt = randomBytes(16);
    const tag = await this.#derive(password, salt, this.#cost, network);
    const { memory, passes, parallelism } = this.#cost;
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
  }

  /** Whether the password is the one that was hashed. Without a hash, or with an empty one, it takes as long and says no. */
  async verify(password: string, stored: string | null, network: string): Promise<boolean> {
    const parsed = stored === null || stored === "" ? null : parseHash(stored);
    const tag = await this.#derive(password, parsed?.salt ?? Buffer.alloc(16), parsed?.cost ?? this.#cost, network);
    return parsed !== null && timingSafeEqual(tag, parsed.tag);
  }

  /** Whether a hash is cheaper to guess at than a new one would be. */
  isOutdated(stored: string): boolean {
    const { memory, passes, tagLength } = parseHash(stored).cost;
    return memory < this.#cost.memory || passes < this.#cost.passes || tagLength < this.#cost.tagLength;
  }

  #derive(password: string, nonce: Buffer, cost: HashCost, network: string): Promise<Buffer> {
    const message = password.normalize("NFC");
    return this.#turns.run(network, () => argon2("argon2id", { message, nonce, ...cost }));
  }
}

function parseHash(text: string): { cost: HashCost; salt: Buffer; tag: Buffer } {
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
