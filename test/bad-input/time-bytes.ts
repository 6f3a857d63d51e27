import { Timestamp } from "../../proto/gen/google/protobuf/timestamp.ts";

/**
 * A message of a text in its first field and a time in the one that begins with the byte `tag`: the generated code cannot write a second
 * that no calendar of ours reaches.
 */
export function timeBytes(text: string, tag: number, seconds: number): Buffer {
  const time = Timestamp.encode({ seconds, nanos: 0 }).finish();
  return Buffer.concat([Buffer.from([0x0a, text.length, ...Buffer.from(text)]), Buffer.from([tag, time.length]), time]);
}
