import type { Client, Metadata } from "@grpc/grpc-js";

const DEADLINE_MS = 60_000;

/** Everything that a caller hears of a call, as text: two answers that differ in anything differ here. */
export interface WholeAnswer {
  /** gRPC's code; 0 is OK. */
  readonly code: number;
  /** Code, message and whatever came behind the answer, details among it. */
  readonly status: string;
  /** The messages. */
  readonly body: string;
}

/** Makes a call with these bytes for a request and waits for its end. */
export function wholeAnswer(client: Client, path: string, bytes: Buffer, metadata: Metadata): Promise<WholeAnswer> {
  const same = (raw: Buffer): Buffer => raw;
  const call = client.makeBidiStreamRequest(path, same, same, metadata, { deadline: Date.now() + DEADLINE_MS });
  const messages: string[] = [];
  call.on("data", (message: Buffer) => messages.push(message.toString("latin1")));
  call.on("error", () => undefined); // its status follows
  call.end(bytes);
  return new Promise((resolve) => {
    call.on("status", ({ code, details, metadata: trailers }) => {
      const trailer = Object.keys(trailers.getMap())
        .sort()
        .filter((key) => key !== "date")
        .map(
          (key) =>
            `${key}: ${trailers
              .get(key)
              .map((value) => value.toString("latin1"))
              .join()}`,
        );
      resolve({ code, status: [code, details, ...trailer].join("\n"), body: messages.join("\n") });
    });
  });
}
