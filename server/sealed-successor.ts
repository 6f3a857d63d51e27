// A client that loses the answer to a refresh has only the token it brought. Its successor is kept under a key that can be made of that token
// alone: whoever reads the database has neither.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PURPOSE = "tickerbell refresh token successor";

/** Seals the successor of a refresh token for whoever brings that token. */
export function sealSuccessor(refreshToken: string, successor: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyFrom(refreshToken), nonce);
  const sealed = Buffer.concat([cipher.update(successor, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** The successor again. Throws when it was sealed for another token, or was changed. */
export function openSuccessor(refreshToken: string, sealed: Buffer): string {
  const decipher = createDecipheriv(CIPHER, keyFrom(refreshToken), sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([text, decipher.final()]).toString("utf8");
}

function keyFrom(refreshToken: string): Buffer {
  return Buffer.from(hkdfSync("sha256", refreshToken, "", PURPOSE, KEY_BYTES));
}
