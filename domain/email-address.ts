// The server decides with it, and `bell register` asks nobody for a password before the address is one.
import { AppError } from "./error.ts";

/** An address has at most so many characters. */
export const MAX_ADDRESS_LENGTH = 254;
const MAX_LOCAL_PART_LENGTH = 64;
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * An address that mail can go to: one mailbox at one named host, no display name, quotes, comments or lists; the domain in
 * lower case and as punycode, the local part as typed. Throws AppError INVALID_ARGUMENT EMAIL_FORMAT.
 */
export function parseEmailAddress(text: string): string {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, at);
  const typed = text.slice(at + 1);
  const domain = /^[\p{L}\p{N}.-]+$/u.test(typed) ? asciiDomain(typed) : "";
  const isAddress = at > 0 && local.length <= MAX_LOCAL_PART_LENGTH && LOCAL_PART.test(local) && DOMAIN.test(domain);
  if (isAddress && local.length + 1 + domain.length <= MAX_ADDRESS_LENGTH) return `${local}@${domain}`;
  throw AppError.invalidField("email", "EMAIL_FORMAT", "must be one address such as name@example.com");
}

/** A text with whatever may be an address in it replaced: too much rather than too little. */
export function replaceAddresses(text: string, by: (address: string) => string): string {
  return text.replace(/[^\s<>"]+@[^\s<>"]+/g, (address) => by(address));
}

/**
 * What may be one mailbox, however its address is spelled: mail services drop what stands behind a plus, and some drop dots. For counting
 * only: elsewhere two such addresses are two people's.
 */
export function mailboxOf(email: string): string {
  const at = email.lastIndexOf("@");
  const [name = ""] = email.slice(0, at).split("+");
  return `${name.replaceAll(".", "")}${email.slice(at)}`.toLowerCase();
}

/** In lower case and as punycode, as every browser writes it; empty if it is no name of a host. */
function asciiDomain(text: string): string {
  const address = `http://${text}`;
  return URL.canParse(address) ? new URL(address).hostname : "";
}
