import { encode as toBase64, wrap as wrapBase64 } from "nodemailer/lib/base64";
import type MimeNode from "nodemailer/lib/mime-node";
import { encode as toQuotedPrintable, wrap as wrapQuotedPrintable } from "nodemailer/lib/qp";

/**
 * A message as bytes, the same as the library's own build() gives with CRLF for its newlines. That one sends each part through a chain of
 * streams, which costs several times what the words and the picture do; here all is in memory. Throws for content that is not.
 */
export function bytesOfMime(root: MimeNode): Buffer {
  const message = textOf(root).replace(/\r?\n/g, "\r\n");
  return Buffer.from(message.endsWith("\r\n") ? message : `${message}\r\n`);
}

function textOf(node: MimeNode): string {
  const head = `${node.buildHeaders()}\r\n\r\n`; // decides the boundary, too
  if (node.multipart === false) return head + contentOf(node);
  const parts = node.childNodes.map((child) => `--${String(node.boundary)}\r\n${textOf(child)}\r\n`);
  return `${head}${parts.join("")}${parts.length === 0 ? "\r\n" : ""}--${String(node.boundary)}--\r\n`;
}

function contentOf(node: MimeNode): string {
  const content = node.content ?? "";
  if (typeof content !== "string" && !Buffer.isBuffer(content))
    throw new Error("a part whose content is not in memory"); // a defect
  switch (node.getTransferEncoding()) {
    case "base64":
      return wrapBase64(toBase64(content));
    case "quoted-printable":
      return wrapQuotedPrintable(toQuotedPrintable(content));
    default:
      return content.toString();
  }
}
