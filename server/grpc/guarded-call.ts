// Around every call: how long it may take, how large its message may be, how slow its reader, and that its stream is gone when it has
// ended. gRPC itself waits for a client for ever.
import {
  ServerInterceptingCall,
  status as grpcStatus,
  type Metadata,
  type Responder,
  type ServerInterceptingCallInterface,
  type ServerMethodDefinition,
} from "@grpc/grpc-js";
import { constants, type Http2Session, type ServerHttp2Stream } from "node:http2";
import { AppError } from "../../domain/error.ts";
import { statusFromError } from "../../proto/convert/error.ts";
import { http2StreamOf, limitUnpacked } from "../../runtime/grpc/call-internals.ts";
import type { Limits } from "../../runtime/grpc/limits.ts";

/** A message's head: compressed or not, and its length. */
const MESSAGE_HEAD_BYTES = 5;

export type Method = Pick<ServerMethodDefinition<unknown, unknown>, "path" | "requestStream" | "responseStream">;

/**
 * How a call ended: with a status of ours, and whether that was that its client asks too much; broken off by its client; or because what
 * came was no message or too large a one.
 */
export type CallEnd = "status" | "asked too much" | "broken off" | "bad message";

/** What a call tells whoever guards its connection. */
export interface CallEvents {
  /** The stream is gone. */
  readonly onGone: (call: GuardedCall, end: CallEnd) => void;
}

type AuthContext = ReturnType<ServerInterceptingCall["getAuthContext"]>;
type Listener = Parameters<ServerInterceptingCall["start"]>[0];
type Status = Parameters<ServerInterceptingCall["sendStatus"]>[0];

/** Node makes the certificate of a connection anew whenever it is asked, which takes longer than all else of a small call. */
const contexts = new WeakMap<Http2Session, AuthContext>();

/** One call, held to its limits. */
export class GuardedCall extends ServerInterceptingCall {
  readonly stream: ServerHttp2Stream;
  /** The connection; a stream that is gone has forgotten it. Undefined if it was gone from the beginning. */
  readonly session: Http2Session | undefined;
  readonly method: Method;
  readonly #limits: Limits;
  #listener: Listener | null = null;
  #readerTimer: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;
  #refusedTimer: NodeJS.Timeout | undefined;
  #isOver = false;
  #isTooLarge = false;
  #isTooMuch = false;
  /** Whether the client has heard anything: then the status comes as trailers, after what is still to be read. */
  #isAnswering = false;
  /** Set when no more of what the client sends is handed on. */
  #ending: AppError | null = null;

  constructor(
    call: ServerInterceptingCallInterface,
    method: Method,
    limits: Limits,
    events: CallEvents,
    responder: Responder,
  ) {
    super(call, responder);
    this.stream = http2StreamOf(call);
    this.session = this.stream.session;
    this.method = method;
    this.#limits = limits;
    this.stream.once("finish", () => this.#expectEnd());
    this.stream.once("close", () => {
      clearTimeout(this.#timer);
      clearTimeout(this.#readerTimer);
      clearTimeout(this.#refusedTimer);
      events.onGone(this, this.#end());
    });
    if (!method.requestStream) {
      limitUnpacked(call, limits.messageBytes);
      this.#countBytes(limits.messageBytes + MESSAGE_HEAD_BYTES);
    }
    if (!this.isStream) this.#timer = this.#after(limits.answerMs, () => this.fail(tooLate(limits.answerMs)));
  }

  /** Whether it stays open for as long as its client likes. */
  get isStream(): boolean {
    return this.method.requestStream || this.method.responseStream;
  }

  /** No more of what the client sends is handed on. */
  get isEnding(): boolean {
    return this.#ending !== null;
  }

  /** Who is at the other end: of a connection it is always the same. */
  override getAuthContext(): AuthContext {
    const known = this.session === undefined ? undefined : contexts.get(this.session);
    if (known !== undefined) return known;
    const context = super.getAuthContext();
    if (this.session !== undefined) contexts.set(this.session, context);
    return context;
  }

  override start(listener: Listener): void {
    this.#listener = listener;
    super.start(listener);
  }

  override sendMetadata(metadata: Metadata): void {
    this.#isAnswering = true;
    super.sendMetadata(metadata);
  }

  override sendMessage(message: unknown, callback: () => void): void {
    if (this.#isOver) return;
    this.#isAnswering = true;
    const { readerMs } = this.#limits;
    this.#readerTimer = this.#after(readerMs, () => this.fail(tooSlow(readerMs)));
    super.sendMessage(message, () => {
      clearTimeout(this.#readerTimer);
      callback();
    });
  }

  override sendStatus(status: Status): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isTooMuch = status.code === grpcStatus.RESOURCE_EXHAUSTED && !this.isStream;
    super.sendStatus(this.#ending !== null && status.code === grpcStatus.OK ? statusFromError(this.#ending) : status);
    if (!this.#isAnswering) this.#letGo();
  }

  /** Ends the call with an error; what its handler still says is dropped. */
  fail(error: AppError): void {
    this.sendStatus(statusFromError(error));
    this.#expectEnd();
  }

  /**
   * Ends a stream in good order, with `reason`: the handler hears that its client says no more, finishes what it has read, and ends. A
   * handler that only writes is ended at once.
   */
  finish(reason: AppError): void {
    if (this.#isOver || this.isEnding) return;
    if (!this.method.requestStream) {
      this.fail(reason);
      return;
    }
    this.#ending = reason;
    this.#listener?.onReceiveHalfClose();
  }

  /**
   * A refusal comes before the client has said all: what it still says is not wanted. It gets a moment to hear the refusal, though, for a
   * stream that is closed in the same breath looks broken to it.
   */
  #letGo(): void {
    this.#refusedTimer = this.#after(this.#limits.refusedMs, () => this.stream.close(constants.NGHTTP2_NO_ERROR));
  }

  #end(): CallEnd {
    if (this.#isTooLarge) return "bad message";
    if (this.#isOver) return this.#isTooMuch ? "asked too much" : "status";
    const isBrokenOff = this.stream.rstCode !== constants.NGHTTP2_NO_ERROR || Number(this.getDeadline()) <= Date.now();
    return isBrokenOff ? "broken off" : "bad message"; // grpc-js itself ended it, having found no message
  }

  /** A call that has ended is cut when its client does not let go of it. */
  #expectEnd(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#after(this.#limits.streamEndMs, () => this.stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM));
  }

  /** One message is all that comes; more than the largest is refused before it is whole. */
  #countBytes(most: number): void {
    let left = most;
    this.stream.on("data", (chunk: Buffer) => {
      left -= chunk.length;
      if (left >= 0 || this.#isTooLarge) return; // refused once, it gets no more time with each byte
      this.#isTooLarge = true;
      this.fail(tooLarge(this.#limits.messageBytes));
    });
  }

  #after(ms: number, deed: () => void): NodeJS.Timeout | undefined {
    return this.stream.closed ? undefined : setTimeout(deed, ms).unref();
  }
}

function tooLarge(messageBytes: number): AppError {
  return new AppError("RESOURCE_EXHAUSTED", "TOO_MANY", `a message may have at most ${messageBytes} bytes`, {
    hint: "Ask for less at a time.",
  });
}

function tooLate(answerMs: number): AppError {
  return new AppError(
    "DEADLINE_EXCEEDED",
    "DEADLINE",
    `the call took longer than ${answerMs / 1_000} s and was given up`,
    {
      hint: "Look whether it was done; ask for less at a time.",
    },
  );
}

function tooSlow(readerMs: number): AppError {
  const text = `the reader of the stream took nothing for ${readerMs / 1_000} s`;
  return new AppError("RESOURCE_EXHAUSTED", "READER_TOO_SLOW", text, { hint: "Read on, or call again." });
}
