// Codes that people type: mailed to prove an address or to replace a password, told once to make an operator.
import { randomBytes } from "node:crypto";
import { DAY_MS, type TimeMs } from "../domain/time.ts";
import { hashSecret } from "./secret.ts";

const CODE_LIFE_MS = DAY_MS;
/** Crockford's letters: none that is mistaken for another. */
const CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** 26 letters of 5 bits: more than 128 bits, so that a code can be looked up by itself and never guessed. */
const CODE_LENGTH = 26;

/** A code that counts for a day; only its hash is kept beyond the mail that brings it. */
export interface Code {
  readonly code: string;
  readonly codeHash: string;
  readonly expireTimeMs: TimeMs;
}

/** A new code. */
export function newCode(now: TimeMs): Code {
  const code = [...randomBytes(CODE_LENGTH)].map((byte) => CODE_LETTERS[byte & 31]).join("");
  return { code, codeHash: hashSecret(code), expireTimeMs: now + CODE_LIFE_MS };
}

/** The hash of a code as it was typed: blanks and hyphens dropped, look-alikes read as what was meant. */
export function hashTypedCode(text: string): string {
  return hashSecret(text.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1"));
}
