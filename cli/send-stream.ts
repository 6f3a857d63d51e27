import {
  connectivityState,
  status,
  type Client,
  type ClientWritableStream,
  type Metadata,
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

/** When the connection is gone the call has ended, or it is ended after so long: gRPC forgets some calls that were writing just then. */
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
  const call = client.makeClientStreamRequest<Request, Response>(
    path,
    requestSerialize,
    responseDeserialize,
    metadata,
    (failure, response) => {
      over.abort();
      if (failure === null && response !== undefined) answer.resolve(response);
      else told(failure).then(answer.reject, answer.reject);
    },
  );
  const cancel = (): void => call.cancel();
  interruption.addEventListener("abort", cancel);
  endWhenLost(client, call, over.signal);
  try {
    await sendAll(call, requests, over.signal);
    return await answer.promise;
  } finally {
    interruption.removeEventListener("abort", cancel);
    if (!over.signal.aborted) call.cancel();
  }
}

function endWhenLost<Request>(client: Client, call: ClientWritableStream<Request>, over: AbortSignal): void {
  client.getChannel().watchConnectivityState(connectivityState.READY, Infinity, () => {
    if (over.aborted) return;
    const timer = setTimeout(() => {
      call.call?.cancelWithStatus(status.UNAVAILABLE, "the connection was lost");
    }, LOST_AFTER_MS);
    over.addEventListener("abort", () => clearTimeout(timer));
  });
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
