// A Deliver call without a network: what one side writes the other reads, through the wire's own bytes, so that nothing crosses that the
// wire would not carry. It can break at any moment, as connections do.
import { Duplex } from "node:stream";
import { Metadata, status, type ClientDuplexStream, type ServerDuplexStream } from "@grpc/grpc-js";
import type { handleBidiStreamingCall } from "@grpc/grpc-js";
import { DeliverRequest, DeliverResponse } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { rememberCaller } from "../../server/grpc/caller.ts";

type Handler = handleBidiStreamingCall<DeliverRequest, DeliverResponse>;
type Notifier = ClientDuplexStream<DeliverRequest, DeliverResponse>;

/** One side: what is written to it comes out of the other. */
class Side extends Duplex {
  readonly #copy: (message: unknown) => unknown;
  other: Side | null = null;

  constructor(copy: (message: unknown) => unknown) {
    super({ objectMode: true });
    this.#copy = copy;
  }

  override _read(): void {
    // the other side pushes
  }

  override _write(message: unknown, _encoding: string, done: () => void): void {
    if (this.other?.destroyed === false) this.other.push(this.#copy(message));
    done();
  }

  override _final(done: () => void): void {
    if (this.other?.destroyed === false) this.other.push(null);
    done();
  }
}

/** One call, from its opening until it is over. */
export class MemoryCall {
  /** The notifier's side. */
  readonly client: Notifier;
  readonly #near = new Side((message) =>
    DeliverRequest.decode(DeliverRequest.encode(message as DeliverRequest).finish()),
  );
  readonly #far = new Side((message) =>
    DeliverResponse.decode(DeliverResponse.encode(message as DeliverResponse).finish()),
  );
  readonly #onOver: (call: MemoryCall) => void;
  #isToldToGo = false;
  #isOver = false;

  /** `handler` is null where no server listens. */
  constructor(handler: Handler | null, onOver: (call: MemoryCall) => void = () => undefined) {
    [this.#near.other, this.#far.other] = [this.#far, this.#near];
    this.#onOver = onOver;
    this.client = Object.assign(this.#near, { cancel: () => this.breakOff(status.CANCELLED) }) as unknown as Notifier;
    this.#near.on("end", () => this.#finish());
    this.#far.on("error", (error: Error & { code?: status }) => this.breakOff(error.code ?? status.INTERNAL));
    if (handler === null) setImmediate(() => this.breakOff(status.UNAVAILABLE));
    else setImmediate(() => this.#open(handler));
  }

  /** The server is ending: it takes nothing away from who was at work. */
  tellToGo(): void {
    this.#isToldToGo = true;
    this.breakOff(status.UNAVAILABLE);
  }

  /** Nothing crosses any more, and each side notices. */
  breakOff(code: status = status.UNAVAILABLE): void {
    if (this.#isOver) return;
    this.#finish();
    Object.assign(this.#far, { cancelled: true });
    this.#far.emit("cancelled");
    this.#far.destroy();
    this.#near.emit(
      "error",
      Object.assign(new Error("the call broke"), { code, details: "", metadata: new Metadata() }),
    );
    this.#near.destroy();
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onOver(this);
  }

  #open(handler: Handler): void {
    if (this.#isOver) return;
    const metadata = new Metadata();
    rememberCaller(metadata, {
      peer: { role: "notifier", name: "main" },
      user: null,
      seen: { address: "", client: "" },
      audit: { done: () => Promise.resolve(), refused: () => undefined } as never,
      isToldToGo: () => this.#isToldToGo,
    });
    const call = Object.assign(this.#far, {
      metadata,
      cancelled: false,
      getAuthContext: () => ({}),
      getPeer: () => "memory",
      sendMetadata: () => this.#near.emit("metadata", new Metadata()),
    });
    handler(call as unknown as ServerDuplexStream<DeliverRequest, DeliverResponse>);
  }
}
