// Secrets that only their owners keep: refresh tokens, scripts' access tokens, codes.
import { createHash, randomBytes } from "node:crypto";

/** A secret that nobody guesses. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** What is stored of a secret that only its owner keeps; it is long and random, so a plain hash does. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
