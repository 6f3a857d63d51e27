import {
  connectivityState,
  Metadata,
  status,
  type Client,
  type ClientWritableStream,
  type ServiceError,
} from "@grpc/grpc-js";
import type { EventEmitter } from "node:events";
import { SECOND_MS } from "../domain/time.ts";

/** A method of the contract, as the generated code and proto-loader describe it. */
export interface Method<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

/** When the connection is gone the call has ended, or counts as lost after so long: gRPC forgets some calls that were writing just then. */
const LOST_AFTER_MS = SECOND_MS;

interface SendOptions {
  readonly metadata: Metadata;
  /** Aborts when the person presses Ctrl-C. */
  readonly interruption: AbortSignal;
  /** What the caller is told for a failure. */
  readonly told: (failure: ServiceError | null) => Promise<Error>;
}

/** A call of many messages and one answer. Throws what `requests` throws, and what is told of a failure; the call is over then. */
export async function sendStream<Request, Response>(
  client: Client,
  { path, requestSerialize, responseDeserialize }: Method<Request, Response>,
  requests: AsyncIterable<Request>,
  { metadata, interruption, told }: SendOptions,
): Promise<Response> {
  const answer = Promise.withResolvers<Response>();
  answer.promise.catch(() => undefined); // it may come before all is sent
  const over = new AbortController();
  const end = (failure: ServiceError | null, response?: Response): void => {
    if (over.signal.aborted) return;
    over.abort();
    if (failure === null && response !== undefined) answer.resolve(response);
    else told(failure).then(answer.reject, answer.reject);
  };
  const call = client.makeClientStreamRequest(path, requestSerialize, responseDeserialize, metadata, end);
  const cancel = (): void => call.cancel();
  interruption.addEventListener("abort", cancel);
  watchForLoss(client, over.signal, () => end(lostConnection()));
  try {
    await sendAll(call, requests, over.signal);
    return await answer.promise;
  } finally {
    interruption.removeEventListener("abort", cancel);
    over.abort();
    call.cancel(); // nothing, if it has ended
  }
}

/**
 * Calls back when the connection has been gone for a while and the call is not over. A timer of its own, for a call that gRPC has forgotten
 * keeps no process alive.
 */
function watchForLoss(client: Client, over: AbortSignal, onLost: () => void): void {
  let isGone = false;
  client.getChannel().watchConnectivityState(connectivityState.READY, Infinity, () => (isGone = true));
  const timer = setInterval(() => {
    if (isGone) onLost();
    isGone ||= client.getChannel().getConnectivityState(false) !== connectivityState.READY;
  }, LOST_AFTER_MS);
  over.addEventListener("abort", () => clearInterval(timer));
}

function lostConnection(): ServiceError {
  const details = "the connection was lost";
  return Object.assign(new Error(details), { code: status.UNAVAILABLE, details, metadata: new Metadata() });
}

/** Sends as fast as the server takes it, until all is sent or the call is over. */
async function sendAll<Request>(
  call: ClientWritableStream<Request>,
  requests: AsyncIterable<Request>,
  over: AbortSignal,
): Promise<void> {
  for await (const request of requests) {
    if (over.aborted) return;
    if (!call.write(request)) await drained(call, over);
  }
  call.end();
}

function drained(call: EventEmitter, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      call.off("drain", settle);
      over.removeEventListener("abort", settle);
      resolve();
    };
    call.once("drain", settle);
    over.addEventListener("abort", settle);
    if (over.aborted) settle();
  });
}
