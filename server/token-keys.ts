import { DAY_MS, MINUTE_MS } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import { makeTokenKey, readTokenKeys, removeTokenKey, restampTokenKey, type TokenKey } from "./token-key-files.ts";

/** A key signs for so long. */
const KEY_LIFE_MS = 90 * DAY_MS;
/** After another has taken its place it verifies for so long: a little longer than the tokens live that it has signed. */
const KEY_REST_MS = 20 * MINUTE_MS;
/** A file that somebody puts there or takes away is noticed after so long. */
const LOOK_EVERY_MS = MINUTE_MS;

/**
 * The keys that sign access tokens. The newest signs; those before it verify until the last of their tokens has ended, and go. A new one
 * is made when the newest has become old, and one that is put into the folder, or taken away, is noticed.
 */
export class TokenKeys {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #closing = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #newest: TokenKey;
  #older: readonly TokenKey[] = [];

  /** Reads the folder; makes the first key. Throws AppError CONFIG_INVALID when a file holds no key. */
  constructor(folder: string, clock: Clock, log: Log) {
    this.#folder = folder;
    this.#clock = clock;
    this.#log = log;
    const [newest, ...older] = readTokenKeys(folder);
    this.#newest = newest ?? makeTokenKey(folder, clock.now());
    this.#older = older;
    this.#renew();
  }

  /** The one that signs. */
  get newest(): TokenKey {
    return this.#newest;
  }

  /** The key of that name which still counts; undefined for anything else. */
  find(id: unknown): TokenKey | undefined {
    return [this.#newest, ...this.#older].find((key) => key.id === id);
  }

  start(): void {
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (;;) {
      await this.#clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      this.#look();
    }
  }

  /** What the folder holds now. With a file that cannot be read, what was known goes on. */
  #look(): void {
    try {
      const [newest, ...older] = readTokenKeys(this.#folder);
      this.#newest = newest ?? makeTokenKey(this.#folder, this.#clock.now());
      this.#older = older;
    } catch (error) {
      this.#log.error({ err: error }, "the keys of the access tokens cannot be read");
      return;
    }
    this.#renew();
  }

  /** Makes a new key in the place of one that has become old, and drops those that nobody needs any more. */
  #renew(): void {
    const now = this.#clock.now();
    try {
      // One that was made while the clock stood years ahead would never be replaced.
      if (this.#newest.makeTimeMs > now) this.#newest = restampTokenKey(this.#newest, now);
      if (now - this.#newest.makeTimeMs >= KEY_LIFE_MS) {
        const next = makeTokenKey(this.#folder, now);
        this.#older = [this.#newest, ...this.#older];
        this.#newest = next;
        this.#log.info({ key: this.#newest.id }, "a new key signs access tokens");
      }
      if (now - this.#newest.makeTimeMs < KEY_REST_MS) return;
      for (const key of this.#older) removeTokenKey(key);
      this.#older = [];
    } catch (error) {
      this.#log.error({ err: error }, "the keys of the access tokens cannot be renewed");
    }
  }
}
