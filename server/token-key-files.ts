import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  futimesSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { AppError } from "../domain/error.ts";
import type { TimeMs } from "../domain/time.ts";

const FILE = /^token-key.*\.pem$/;
const FIRST_FILE = "token-key.pem";
const KEY_TYPE = "ed25519";
const OWNER_ONLY = 0o600;

/** A key that signs access tokens, from a file in the data folder. */
export interface TokenKey {
  /** Follows from the key itself, so that no two servers name two keys alike. */
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** When its file was last written. */
  readonly makeTimeMs: TimeMs;
  readonly file: string;
}

/** Every key in the folder, newest first; they are closed to others. Throws AppError CONFIG_INVALID when a file holds no such key. */
export function readTokenKeys(folder: string): readonly TokenKey[] {
  const files = readdirSync(folder).filter((name) => FILE.test(name));
  return files.map((name) => readTokenKey(join(folder, name))).sort((a, b) => b.makeTimeMs - a.makeTimeMs);
}

/** Makes another key; it is on disk before it has its name, for a power loss must not leave an empty one behind. */
export function makeTokenKey(folder: string, now: TimeMs): TokenKey {
  const isFirst = !readdirSync(folder).some((name) => FILE.test(name));
  const file = join(folder, isFirst ? FIRST_FILE : `token-key-${new Date(now).toISOString().replace(/[:.]/g, "")}.pem`);
  const { privateKey } = generateKeyPairSync(KEY_TYPE);
  const descriptor = openSync(`${file}.new`, "w", OWNER_ONLY);
  try {
    writeFileSync(descriptor, privateKey.export({ type: "pkcs8", format: "pem" }));
    futimesSync(descriptor, now / 1_000, now / 1_000);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${file}.new`, file);
  return tokenKey(privateKey, now, file);
}

/** The key as if it had been made now. */
export function restampTokenKey(key: TokenKey, now: TimeMs): TokenKey {
  utimesSync(key.file, now / 1_000, now / 1_000);
  return { ...key, makeTimeMs: now };
}

/** Removes a key that is needed no more. */
export function removeTokenKey({ file }: TokenKey): void {
  rmSync(file, { force: true });
}

function readTokenKey(file: string): TokenKey {
  const key = parseKey(readFileSync(file), file);
  const { mode, mtimeMs } = statSync(file);
  if ((mode & 0o777) !== OWNER_ONLY) chmodSync(file, OWNER_ONLY);
  return tokenKey(key, Math.round(mtimeMs), file);
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

function tokenKey(privateKey: KeyObject, makeTimeMs: TimeMs, file: string): TokenKey {
  const publicKey = createPublicKey(privateKey);
  const id = createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("base64url")
    .slice(0, 16);
  return { id, privateKey, publicKey, makeTimeMs, file };
}
