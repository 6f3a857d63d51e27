import { readFileSync, writeFileSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import type { TakenMail } from "./mail-sink.ts";

/** A mail as it goes over the wire, with its envelope. */
export type WireMail = Pick<TakenMail, "from" | "to" | "bytes">;

/** Writes mails down for another process. */
export function writeMails(file: string, mails: readonly WireMail[]): void {
  writeFileSync(file, serialize(mails.map(({ from, to, bytes }) => ({ from, to, bytes }))));
}

/** Reads what writeMails() wrote. */
export function readMails(file: string): readonly WireMail[] {
  return deserialize(readFileSync(file)) as readonly WireMail[];
}
