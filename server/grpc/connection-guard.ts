import { constants, type Http2Session } from "node:http2";
import { AppError } from "../../domain/error.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Limits } from "../../runtime/grpc/limits.ts";
import { TokenBucket } from "../../runtime/grpc/token-bucket.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { CallEnd, GuardedCall } from "./guarded-call.ts";

/** Connections go at an age that differs by up to this part, so that they do not all come back at once. */
const AGE_SPREAD = 0.1;

/** One connection with the calls that are open on it. */
interface Guarded {
  readonly calls: Set<GuardedCall>;
  readonly resets: TokenBucket;
  readonly refusals: TokenBucket;
}

/**
 * Knows every connection that has made a call, and every open call. Cuts a connection that breaks off call after call, ends one that
 * has grown old, and ends all streams when the server stops: each in good order, so that what was read is answered.
 */
export class ConnectionGuard {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #random: () => number;
  readonly #log: Log;
  readonly #connections = new Map<Http2Session, Guarded>();
  #stopping: AppError | null = null;

  /** `random`: in [0, 1). */
  constructor(clock: Clock, limits: Limits, random: () => number, log: Log) {
    this.#clock = clock;
    this.#limits = limits;
    this.#random = random;
    this.#log = log;
  }

  /** Throws AppError UNAVAILABLE SERVER_STOPPING when no call is taken any more. */
  admit(): void {
    if (this.#stopping !== null) throw this.#stopping;
  }

  add(call: GuardedCall): void {
    const { session } = call;
    if (session !== undefined && !session.destroyed) this.#guarded(session).calls.add(call);
  }

  /** A call is gone; too many that ended badly end its connection. */
  remove(call: GuardedCall, end: CallEnd): void {
    const { session } = call;
    const guarded = session === undefined ? undefined : this.#connections.get(session);
    if (session === undefined || guarded === undefined) return;
    guarded.calls.delete(call);
    if (end === "status" || session.destroyed) return;
    const weight = end === "bad message" ? this.#limits.resetsPerBadMessage : 1;
    const bucket = end === "asked too much" ? guarded.refusals : guarded.resets;
    if (bucket.take(this.#clock.monotonic(), weight) === 0) return;
    this.#log.warn(
      { peer: session.socket.remoteAddress, end },
      "too many calls of a connection ended badly: it is cut",
    );
    session.destroy(tooManyEndedBadly(), constants.NGHTTP2_ENHANCE_YOUR_CALM); // with an error: so it counts as cut
  }

  /** Ends all open streams, and takes no more calls. */
  stop(): void {
    const hint = "Try again in a moment.";
    this.#stopping = new AppError("UNAVAILABLE", "SERVER_STOPPING", "the server is stopping", { hint });
    for (const { calls } of this.#connections.values()) finishStreams(calls, this.#stopping);
  }

  #guarded(session: Http2Session): Guarded {
    const known = this.#connections.get(session);
    if (known !== undefined) return known;
    const { resetsAtOnce, resetsPerSecond, refusalsAtOnce, refusalsPerSecond, ageMs } = this.#limits;
    const resets = new TokenBucket(resetsAtOnce, resetsPerSecond, this.#clock.monotonic());
    const refusals = new TokenBucket(refusalsAtOnce, refusalsPerSecond, this.#clock.monotonic());
    const guarded = { calls: new Set<GuardedCall>(), resets, refusals };
    this.#connections.set(session, guarded);
    const spread = 1 + AGE_SPREAD * (2 * this.#random() - 1);
    const timer = setTimeout(() => this.#sendAway(session, guarded), ageMs * spread).unref();
    session.once("close", () => {
      clearTimeout(timer);
      this.#connections.delete(session);
    });
    return guarded;
  }

  /** Tells a client to come back on another connection; its streams end once what was read of them is answered. */
  #sendAway(session: Http2Session, { calls }: Guarded): void {
    if (session.destroyed) return;
    session.close(); // no new calls on it; those under way go on
    finishStreams(calls, oldAge());
    setTimeout(() => session.destroy(), this.#limits.ageGraceMs).unref();
  }
}

function finishStreams(calls: Iterable<GuardedCall>, reason: AppError): void {
  for (const call of [...calls]) if (call.isStream) call.finish(reason);
}

/** What streams hear on a connection that has grown old: no fault of anybody's. */
function oldAge(): AppError {
  const hint = "Call again: the next connection is as good.";
  return new AppError("UNAVAILABLE", "SERVER_STOPPING", "the connection is an hour old and is renewed", { hint });
}

function tooManyEndedBadly(): AppError {
  return new AppError("RESOURCE_EXHAUSTED", "TOO_MANY", "too many calls of the connection ended badly", {
    hint: "Read what you ask for, and say no more than a message may hold.",
  });
}
