import { AppError } from "../../domain/error.ts";
import type { Peer } from "../../domain/role.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Limits } from "../../runtime/grpc/limits.ts";
import { TokenBucket } from "../../runtime/grpc/token-bucket.ts";

/** Whose calls are counted together. */
export interface LimitedCaller {
  readonly peer: Peer;
  readonly user: { readonly record: { readonly id: string } } | null;
}

/** A method, as far as the limits of calls are concerned. */
export interface LimitedMethod {
  readonly path: string;
  /** Whether it stays open for as long as its caller likes. */
  readonly isStream: boolean;
}

/** Beyond so many callers, those who have nothing open and nothing to wait for are forgotten. */
const CALLERS_KEPT = 1_000;

/**
 * How many calls each caller has open and how fast they come. A caller is a signed-in user, or else a certificate at one address, for
 * all people of a machine may share one.
 */
export class CallLimits {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #usages = new Map<string, Usage>();

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * Counts a call in; what is returned counts it out again, once. Throws AppError RESOURCE_EXHAUSTED: TOO_MANY are open, or
   * RATE_LIMITED with the time to wait.
   */
  enter(caller: LimitedCaller, method: LimitedMethod, address: string): () => void {
    const usage = this.#usageOf(callerKey(caller, address));
    if (method.isStream) return usage.openStream(method.path, this.#streamsOf(caller));
    const waitMs = usage.bucket.take(this.#clock.monotonic());
    if (waitMs > 0) throw tooFast(waitMs);
    return usage.openCall(this.#limits.callsAtOnce);
  }

  #streamsOf({ user, peer }: LimitedCaller): number {
    const { streamsPerUser, streamsPerGateway, streamsPerPeer } = this.#limits;
    if (user !== null) return streamsPerUser;
    return peer.role === "gateway" ? streamsPerGateway : streamsPerPeer;
  }

  #usageOf(key: string): Usage {
    const known = this.#usages.get(key);
    if (known !== undefined) return known;
    const nowMs = this.#clock.monotonic();
    if (this.#usages.size >= CALLERS_KEPT) this.#forgetIdle(nowMs);
    const usage = new Usage(new TokenBucket(this.#limits.callsBurst, this.#limits.callsPerSecond, nowMs));
    this.#usages.set(key, usage);
    return usage;
  }

  #forgetIdle(nowMs: number): void {
    for (const [key, usage] of this.#usages) if (usage.isIdle(nowMs)) this.#usages.delete(key);
  }
}

/** What one caller has open. */
class Usage {
  readonly bucket: TokenBucket;
  readonly #streams = new Map<string, number>();
  #calls = 0;

  constructor(bucket: TokenBucket) {
    this.bucket = bucket;
  }

  openCall(most: number): () => void {
    if (this.#calls >= most) throw tooMany("calls", most);
    this.#calls += 1;
    return once(() => (this.#calls -= 1));
  }

  openStream(path: string, most: number): () => void {
    const open = this.#streams.get(path) ?? 0;
    if (open >= most) throw tooMany("streams of this kind", most);
    this.#streams.set(path, open + 1);
    return once(() => this.#closeStream(path));
  }

  isIdle(nowMs: number): boolean {
    return this.#calls === 0 && this.#streams.size === 0 && this.bucket.isFull(nowMs);
  }

  #closeStream(path: string): void {
    const left = (this.#streams.get(path) ?? 1) - 1;
    if (left === 0) this.#streams.delete(path);
    else this.#streams.set(path, left);
  }
}

function callerKey({ user, peer }: LimitedCaller, address: string): string {
  return user === null ? `${peer.role}/${peer.name}@${address}` : `user/${user.record.id}`;
}

function tooFast(retryAfterMs: number): AppError {
  return new AppError("RESOURCE_EXHAUSTED", "RATE_LIMITED", "too many calls in a short time", {
    hint: `Try again in ${retryAfterMs} ms.`,
    retryAfterMs,
  });
}

function tooMany(what: string, most: number): AppError {
  return new AppError("RESOURCE_EXHAUSTED", "TOO_MANY", `${most} ${what} are open already`, {
    hint: "End one of them, such as another `./bell watch`, and try again.",
  });
}

function once(deed: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) deed();
    isDone = true;
  };
}
