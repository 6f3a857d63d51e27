import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../domain/error.ts";

const FILE = "token-key.pem";
const KEY_TYPE = "ed25519";

/**
 * The Ed25519 key that signs access tokens: made once, kept in the data folder, readable by its owner alone. Throws AppError
 * CONFIG_INVALID when the file holds no such key.
 */
export function loadTokenKey(folder: string): KeyObject {
  const file = join(folder, FILE);
  const pem = readIfThere(file);
  if (pem === null) return makeKey(file);
  const key = parseKey(pem, file);
  chmodSync(file, 0o600);
  return key;
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function parseKey(pem: Buffer, file: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === KEY_TYPE) return key;
  } catch {
    // what the library says of the bytes helps nobody
  }
  throw new AppError("FAILED_PRECONDITION", "CONFIG_INVALID", `${file} holds no Ed25519 private key`, {
    hint: "Put a backup in its place, or remove it: a new key is made, and everybody's access token is renewed by the next call.",
  });
}

/** On disk before it has its name: a power loss must not leave an empty key behind. */
function makeKey(file: string): KeyObject {
  const { privateKey } = generateKeyPairSync(KEY_TYPE);
  const descriptor = openSync(`${file}.new`, "w", 0o600);
  try {
    writeFileSync(descriptor, privateKey.export({ type: "pkcs8", format: "pem" }));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${file}.new`, file);
  return privateKey;
}
