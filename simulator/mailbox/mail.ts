import PostalMime, { type Address, type Email } from "postal-mime";
import type { TimeMs } from "../../domain/time.ts";

/** A mail as the mailbox took it. Every text comes from outside and may hold anything. */
export interface Mail {
  /** The name of its file without `.eml`; sorts by arrival. */
  readonly id: string;
  readonly receivedTimeMs: TimeMs;
  /** `Name <address>`, or the address alone; empty when the header is missing. */
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  /** With its angle brackets. */
  readonly messageId: string;
  readonly text: string;
  /** With inline pictures as data URLs; empty when there is no HTML part. */
  readonly html: string;
  readonly sizeBytes: number;
}

/** Pictures that may be shown; an SVG could carry script. */
const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

const EMPTY: Email = { headers: [], headerLines: [], attachments: [] };

/** Parses a mail; what cannot be parsed becomes a mail with empty fields, since it did arrive. */
export async function parseMail(raw: Uint8Array, id: string, receivedTimeMs: TimeMs): Promise<Mail> {
  const email = await PostalMime.parse(raw, { attachmentEncoding: "base64" }).catch(() => EMPTY);
  let html = email.html ?? "";
  for (const { contentId, mimeType, content } of email.attachments) {
    if (contentId === undefined || !PICTURES.has(mimeType) || typeof content !== "string") continue;
    html = html.replaceAll(`cid:${contentId.replace(/^<|>$/g, "")}`, `data:${mimeType};base64,${content}`);
  }
  return {
    id,
    receivedTimeMs,
    from: email.from === undefined ? "" : addressText(email.from),
    to: (email.to ?? []).map(addressText),
    subject: email.subject ?? "",
    messageId: email.messageId ?? "",
    text: email.text ?? "",
    html,
    sizeBytes: raw.byteLength,
  };
}

/** The lines that a terminal shows of a mail: from, to, subject and the beginning of its text, without control characters; ends with a line end. */
export function renderMailSummary(mail: Mail): string {
  const lines = mail.text
    .split("\n")
    .map(printable)
    .filter((line) => line !== "");
  const more = lines.length > SUMMARY_LINES ? ["…"] : [];
  const head = [`mail ${mail.id}`, `from:    ${printable(mail.from)}`, `to:      ${printable(mail.to.join(", "))}`];
  const shown = [...head, `subject: ${printable(mail.subject)}`, ...lines.slice(0, SUMMARY_LINES), ...more];
  return shown.map((line) => `${line}\n`).join("");
}

const SUMMARY_LINES = 12;
const MAX_LINE = 200;

/** One line that cannot move the cursor or colour the terminal. */
function printable(text: string): string {
  return text
    .replace(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu, " ")
    .trim()
    .slice(0, MAX_LINE);
}

function addressText(address: Address): string {
  if (address.group !== undefined) return `${address.name}: ${address.group.map(addressText).join(", ")}`;
  return address.name === "" ? address.address : `${address.name} <${address.address}>`;
}
