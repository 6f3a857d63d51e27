// A call is let in once, and a stream stays open for as long as its client likes: what let it in may end meanwhile. Every open stream is
// looked at again every few seconds, and at once when somebody says that something has ended.
import type { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { Caller } from "./caller.ts";
import type { GuardedCall } from "./guarded-call.ts";

/** What has ended without anybody saying so is found out after so long. */
const REVIEW_EVERY_MS = 15 * SECOND_MS;
/** However much ends, there is so long between two reviews. */
const PAUSE_MS = SECOND_MS;

/** A stream that was let in. */
export interface OpenCall {
  readonly caller: Caller;
  /** The certificate that its connection was made with. */
  readonly certificate: Buffer | undefined;
}

/** What a call is to end with, or null while it may go on. */
export type Review = (call: OpenCall) => AppError | null | Promise<AppError | null>;

/** What can be ended. */
type Endable = Pick<GuardedCall, "isStream" | "finish" | "getAuthContext">;

/** Every stream that is open, and the reviews that it must pass for as long as it is. */
export class OpenCalls {
  readonly #reviews: readonly Review[];
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #calls = new Map<Endable, OpenCall>();
  readonly #closing = new AbortController();
  #woken = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(reviews: readonly Review[], clock: Clock, log: Log) {
    this.#reviews = reviews;
    this.#clock = clock;
    this.#log = log;
  }

  /** From now on it is reviewed, if it is a stream; what is returned takes it out again. */
  enter(call: Endable, caller: Caller): () => void {
    if (!call.isStream) return () => undefined;
    this.#calls.set(call, { caller, certificate: call.getAuthContext().sslPeerCertificate?.raw });
    return () => this.#calls.delete(call);
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Something has ended: whatever is open is reviewed at once. */
  reviewSoon(): void {
    this.#woken.abort();
  }

  /** Resolves when the last review is over. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const rest = (ms: number, ...wakes: AbortSignal[]) =>
      this.#clock.sleep(ms, AbortSignal.any([signal, ...wakes])).catch(() => undefined);
    for (;;) {
      await rest(REVIEW_EVERY_MS, this.#woken.signal);
      if (signal.aborted) return;
      this.#woken = new AbortController(); // who wakes it from now on gets another review
      await this.#reviewAll();
      await rest(PAUSE_MS);
    }
  }

  async #reviewAll(): Promise<void> {
    for (const [call, open] of [...this.#calls]) {
      const reason = await this.#review(open);
      if (reason === null || !this.#calls.has(call)) continue;
      this.#log.info({ peer: open.caller.peer, reason: reason.reason }, "an open call is ended");
      call.finish(reason);
    }
  }

  /** A review that fails ends nothing: the next is soon. */
  async #review(open: OpenCall): Promise<AppError | null> {
    try {
      for (const review of this.#reviews) {
        const reason = await review(open);
        if (reason !== null) return reason;
      }
    } catch (error) {
      this.#log.warn({ err: error }, "an open call could not be reviewed");
    }
    return null;
  }
}
