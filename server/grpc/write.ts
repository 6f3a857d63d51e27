import { once } from "node:events";

/** The writing half of a call that streams to its client. */
export interface WritableCall<Message> {
  readonly cancelled: boolean;
  readonly destroyed: boolean;
  write(message: Message): boolean;
  on(event: "drain" | "close" | "cancelled", listener: () => void): unknown;
}

/** Writes a message and, when the client is slow, waits until it has taken what was written before. */
export async function writeTo<Message>(call: WritableCall<Message>, message: Message): Promise<void> {
  if (call.cancelled || call.destroyed || call.write(message)) return;
  const gone = new AbortController();
  call.on("cancelled", () => gone.abort());
  call.on("close", () => gone.abort());
  await once(call as never, "drain", { signal: gone.signal }).catch(() => undefined);
}
