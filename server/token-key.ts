import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { chmodSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILE = "token-key.pem";

/** The Ed25519 key that signs access tokens: made once, kept in the data folder, readable by its owner alone. */
export function loadTokenKey(folder: string): KeyObject {
  const file = join(folder, FILE);
  try {
    const key = createPrivateKey(readFileSync(file));
    chmodSync(file, 0o600);
    return key;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  const { privateKey } = generateKeyPairSync("ed25519");
  writeFileSync(`${file}.new`, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return privateKey;
}
