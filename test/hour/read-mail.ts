// Reads a mail as its receiver does: from its bytes alone, by a reader that shares nothing with who wrote it.
import { createHash } from "node:crypto";
import type { TimeMs } from "../../domain/time.ts";

export interface ReadMail {
  readonly messageId: string;
  readonly digest: string;
  /** By its Date. */
  readonly sealedMs: TimeMs;
  readonly subject: string;
  /** Of the plain text, in characters. */
  readonly textLength: number;
  /** Of those that were looked for, those that are named in it. */
  readonly symbols: readonly string[];
  /** What stands behind "Note:", line by line. */
  readonly notes: readonly string[];
  /** How many triggers it only counts. */
  readonly more: number;
}

/** Reads the bytes; looks for these symbols as whole words, in subject and text. */
export function readMail(bytes: Buffer, symbols: readonly string[]): ReadMail {
  const raw = bytes.toString("latin1");
  const head = headOf(raw);
  const text = textOf(raw);
  const subject = fieldOf(head, "Subject");
  const words = new Set(`${subject} ${text}`.match(/[A-Z0-9]+/g));
  return {
    messageId: fieldOf(head, "Message-ID"),
    digest: createHash("sha256").update(bytes).digest("hex"),
    sealedMs: Date.parse(fieldOf(head, "Date")),
    subject,
    textLength: text.length,
    symbols: symbols.filter((symbol) => words.has(symbol)),
    notes: Array.from(text.matchAll(/^ *Note: +(.*?)\r?$/gm), ([, note = ""]) => note),
    more: Number(/^and (\d+) more\r?$/m.exec(text)?.[1] ?? 0),
  };
}

/** The header, with its folded lines made whole. */
function headOf(raw: string): string {
  const end = raw.indexOf("\r\n\r\n");
  return raw.slice(0, end === -1 ? raw.length : end).replaceAll(/\r\n[ \t]+/g, " ");
}

function fieldOf(head: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, "im").exec(head)?.[1]?.trim() ?? "";
}

/** The first part that is plain text, decoded. */
function textOf(raw: string): string {
  const found = /^Content-Type: text\/plain\b/im.exec(raw);
  if (found === null) return "";
  const part = raw.slice(found.index);
  const start = part.indexOf("\r\n\r\n");
  const boundary = /\bboundary="([^"]*)"/i.exec(headOf(raw))?.[1] ?? "";
  const end = part.indexOf(`\r\n--${boundary}`); // a line of words may begin with dashes, too, as options of commands do
  const body = part.slice(start + 4, end === -1 ? part.length : end);
  const encoding = fieldOf(headOf(part), "Content-Transfer-Encoding").toLowerCase();
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  return encoding === "quoted-printable" ? fromQuotedPrintable(body) : body;
}

function fromQuotedPrintable(body: string): string {
  const bytes = body
    .replaceAll(/=\r\n/g, "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
