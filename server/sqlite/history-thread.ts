import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { resultOf, type HistoryAnswer } from "./history-answer.ts";
import type { HistoryRequest, HistoryResult } from "./history-reading.ts";

const SCRIPT = join(import.meta.dirname, "jobs", "read-history.ts");
/** One question may take so long: less than the 10 s after which its caller gives it up. */
const LONGEST_MS = 6 * SECOND_MS;
/** After so long in the queue nobody waits for the answer any more. */
const STALE_AFTER_MS = 9 * SECOND_MS;
/** So many may wait for the one before them. */
const MOST_WAITING = 50;
/** So many of one user may wait or be answered: nobody keeps the others from asking. */
const MOST_OF_ONE = 2;
const RETRY_MS = SECOND_MS;

/** A question that waits, or is being answered. */
interface Asked {
  readonly request: HistoryRequest;
  /** On the monotonic clock. */
  readonly askedAtMono: number;
  readonly resolve: (result: HistoryResult) => void;
  readonly reject: (error: unknown) => void;
}

/** How the thread is made, and how long one question may take. */
interface HistoryThreadOptions {
  /** How long a question has waited goes by it. */
  readonly clock: Pick<Clock, "monotonic">;
  readonly script?: string;
  readonly longestMs?: number;
}

/**
 * The thread that reads the past, beside the event loop: started at the first question, kept for the next ones. One question at a time, so
 * that whatever goes wrong with the thread is an error of that question alone; the next one gets a new thread.
 */
export class HistoryThread {
  readonly #file: string;
  readonly #log: Log;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #script: string;
  readonly #longestMs: number;
  readonly #waiting: Asked[] = [];
  #worker: Worker | null = null;
  #asked: Asked | null = null;
  #limit: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(file: string, log: Log, { clock, script = SCRIPT, longestMs = LONGEST_MS }: HistoryThreadOptions) {
    this.#file = file;
    this.#log = log;
    this.#clock = clock;
    this.#script = script;
    this.#longestMs = longestMs;
  }

  /** Throws what the reading throws; RESOURCE_EXHAUSTED TOO_MANY (of all, or of this user), DEADLINE_EXCEEDED, UNAVAILABLE when the thread ended or the store closes. */
  ask(request: HistoryRequest): Promise<HistoryResult> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw ended("the server is stopping");
      if (this.#waiting.length >= MOST_WAITING) throw tooMany(`${MOST_WAITING} others wait`);
      if (this.#countOf(askerOf(request)) >= MOST_OF_ONE) throw tooMany(`${MOST_OF_ONE} questions of yours wait`);
      this.#waiting.push({ request, askedAtMono: this.#clock.monotonic(), resolve, reject });
      this.#askNext();
    });
  }

  /** Resolves when the thread has ended; null if there is none. */
  close(): Promise<unknown> | null {
    this.#isClosed = true;
    const worker = this.#worker;
    this.#worker = null;
    for (const asked of this.#waiting.splice(0)) asked.reject(ended("the server is stopping"));
    this.#settle((asked) => asked.reject(ended("the server is stopping")));
    return worker?.terminate() ?? null;
  }

  #askNext(): void {
    if (this.#asked !== null || this.#isClosed) return;
    const asked = this.#waiting.shift();
    if (asked === undefined) return;
    if (this.#clock.monotonic() - asked.askedAtMono > STALE_AFTER_MS) {
      asked.reject(tookTooLong(STALE_AFTER_MS));
      this.#askNext();
      return;
    }
    this.#asked = asked;
    try {
      const worker = (this.#worker ??= this.#start());
      this.#limit = setTimeout(() => this.#cut(worker), this.#longestMs);
      worker.postMessage(asked.request);
    } catch (error) {
      this.#settle((one) => one.reject(error));
    }
  }

  #countOf(asker: string): number {
    const asked = this.#asked === null ? this.#waiting : [this.#asked, ...this.#waiting];
    return asked.filter(({ request }) => askerOf(request) === asker).length;
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { workerData: this.#file });
    worker.unref();
    worker.on("message", (answer: HistoryAnswer) => {
      if (worker === this.#worker) this.#settle((asked) => settleWith(asked, answer));
    });
    worker.on("error", (error: unknown) => this.#log.error({ err: error }, "the thread that reads the past failed"));
    worker.on("exit", () => this.#lose(worker, ended("reading the stored prices failed")));
    return worker;
  }

  /** It took too long. */
  #cut(worker: Worker): void {
    this.#lose(worker, tookTooLong(this.#longestMs));
    void worker.terminate();
  }

  #lose(worker: Worker, error: AppError): void {
    if (worker !== this.#worker) return;
    this.#worker = null;
    this.#settle((asked) => asked.reject(error));
  }

  #settle(settle: (asked: Asked) => void): void {
    const asked = this.#asked;
    clearTimeout(this.#limit);
    this.#asked = null;
    if (asked !== null) settle(asked);
    this.#askNext();
  }
}

function settleWith({ resolve, reject }: Asked, answer: HistoryAnswer): void {
  try {
    resolve(resultOf(answer));
  } catch (error) {
    reject(error);
  }
}

function askerOf(request: HistoryRequest): string {
  return request.kind === "preview" ? request.query.alert.userId : request.query.userId;
}

function tooMany(who: string): AppError {
  const message = `${who} for stored prices to be read`;
  return new AppError("RESOURCE_EXHAUSTED", "TOO_MANY", message, { hint: "Try again soon.", retryAfterMs: RETRY_MS });
}

function tookTooLong(longestMs: number): AppError {
  const message = `reading the stored prices took longer than ${longestMs / SECOND_MS} s`;
  return new AppError("DEADLINE_EXCEEDED", "DEADLINE", message, { hint: "Ask for a shorter time." });
}

function ended(message: string): AppError {
  return new AppError("UNAVAILABLE", "STORE_UNAVAILABLE", message, { hint: "Try again.", retryAfterMs: RETRY_MS });
}
