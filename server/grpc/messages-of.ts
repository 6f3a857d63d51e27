import type { ServerDuplexStream } from "@grpc/grpc-js";

/** What a client sends on a stream, one by one. Leaving the loop by an error leaves the call whole, so that its status can still be sent. */
export function messagesOf<Request, Response>(call: ServerDuplexStream<Request, Response>): AsyncIterable<Request> {
  return call.iterator({ destroyOnReturn: false }) as AsyncIterable<Request>;
}
