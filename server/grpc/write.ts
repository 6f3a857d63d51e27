/** The writing half of a call that streams to its client. */
export interface WritableCall<Message> {
  readonly cancelled: boolean;
  readonly destroyed: boolean;
  write(message: Message): boolean;
  on(event: WaitedFor, listener: () => void): unknown;
  off(event: WaitedFor, listener: () => void): unknown;
}

const WAITED_FOR = ["drain", "close", "cancelled"] as const;
type WaitedFor = (typeof WAITED_FOR)[number];

/** Writes a message and, when the client is slow, waits until it has taken what was written before, or is gone. */
export async function writeTo<Message>(call: WritableCall<Message>, message: Message): Promise<void> {
  if (call.cancelled || call.destroyed || call.write(message)) return;
  await new Promise<void>((resolve) => {
    const stop = () => {
      for (const event of WAITED_FOR) call.off(event, stop);
      resolve();
    };
    for (const event of WAITED_FOR) call.on(event, stop);
  });
}
