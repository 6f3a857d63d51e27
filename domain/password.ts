// What a new password must be. The server decides with it, and the command line tells a person after the first typing.
import { AppError } from "./error.ts";

const MIN_PASSWORD_LENGTH = 8;
const MAX_PASSWORD_LENGTH = 128;
/** What is left of a password without its address's and our names has at least so many characters, or they are all it consists of. */
const LEAST_OF_ITS_OWN = 5;
/** Shorter parts of an address stand in many good passwords. */
const SHORTEST_NAME = 4;
const OUR_NAME = "tickerbell";

// What no keyboard types, and what a decoder puts in the place of bytes that are no text: many passwords would become one.
const UNTYPABLE = /[\u0000-\u001f\u007f\ufffd]/;

/** What a password is held against. */
export interface PasswordContext {
  /** Of whose account it is; empty if that is not known. */
  readonly email: string;
  /** In lower case: those that anybody would try first (common-passwords.ts). */
  readonly common: ReadonlySet<string>;
}

/** Throws AppError INVALID_ARGUMENT PASSWORD_WEAK with what is wrong, for a field. It is never cut: all of it counts. */
export function checkPassword(password: string, { email, common }: PasswordContext, field = "password"): void {
  const refuse = (message: string): never => {
    throw AppError.invalidField(field, "PASSWORD_WEAK", message, "A few unrelated words make a good one.");
  };
  const typed = password.normalize("NFC");
  const { length } = Array.from(typed);
  if (length < MIN_PASSWORD_LENGTH || length > MAX_PASSWORD_LENGTH) {
    refuse(`must have ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters`);
  }
  if (UNTYPABLE.test(typed)) refuse("must be characters that can be typed");
  const plain = typed.toLowerCase();
  if (common.has(plain)) refuse("is one of the first that anybody would try");
  if (plain === email.toLowerCase()) refuse("must not be the address");
  if (isMadeOf(plain, email)) refuse("must be more than the address or the name of this service");
}

/** Whether next to nothing but digits and signs is left of a password without the names that anybody can know. */
function isMadeOf(plain: string, email: string): boolean {
  const names = namesIn(email).filter((name) => plain.includes(name));
  if (names.length === 0) return false;
  const rest = names.reduce((text, name) => text.replaceAll(name, ""), plain);
  return rest.replace(/[^\p{L}]/gu, "").length < LEAST_OF_ITS_OWN;
}

/** The longest first: the name in front of the @ with its parts, the host's, and ours. */
function namesIn(email: string): string[] {
  const [local = "", host = ""] = email.toLowerCase().split("@");
  const parts = [local, ...local.split(/[^\p{L}\p{N}]+/u), host, ...host.split(".").slice(0, -1), OUR_NAME];
  return [...new Set(parts)].filter((part) => part.length >= SHORTEST_NAME).toSorted((a, b) => b.length - a.length);
}
