import type { Client, Metadata } from "@grpc/grpc-js";
import type { Method } from "./send-stream.ts";

interface ReadOptions {
  readonly metadata: Metadata;
  /** Aborts when the person presses Ctrl-C, or the connection is closed. */
  readonly end: AbortSignal;
  /** Called when the server has let the call in. */
  readonly onIn: () => void;
  /** What the caller is told for a failure. */
  readonly told: (failure: unknown) => Promise<Error>;
}

/** A call of one question and answers until the server ends it. Throws what is told of a failure. */
export async function* readStream<Request, Response>(
  client: Client,
  { path, requestSerialize, responseDeserialize }: Method<Request, Response>,
  request: Request,
  { metadata, end, onIn, told }: ReadOptions,
): AsyncGenerator<Response> {
  const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata);
  call.once("metadata", onIn); // a refusal comes without
  const cancel = (): void => call.cancel();
  end.addEventListener("abort", cancel);
  try {
    for await (const response of call as AsyncIterable<Response>) yield response;
  } catch (error) {
    throw await told(error);
  } finally {
    end.removeEventListener("abort", cancel);
    call.cancel();
  }
}
