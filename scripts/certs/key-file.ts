import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { chmodSync, readFileSync, statSync } from "node:fs";
import { openMode } from "../../runtime/config/open-mode.ts";
import { KEY_MODE } from "./write-file.ts";

const CURVE = "prime256v1"; // openssl's name of P-256

/** A new private key (PEM, PKCS #8) on the curve P-256. */
export function newKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: CURVE });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** The private key in a file, or undefined if there is none that can be used. */
export function readKeyFile(file: string): KeyObject | undefined {
  try {
    return createPrivateKey(readFileSync(file));
  } catch {
    return undefined;
  }
}

/** Whether a key is of the kind that `newKey` makes. */
export function isCurrentKind(key: KeyObject): boolean {
  return key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === CURVE;
}

/** Takes a key file away from everybody but its owner; true if others could read it until now. */
export function closeKeyFile(file: string): boolean {
  const open = openMode(statSync(file).mode) !== null;
  if (open) chmodSync(file, KEY_MODE);
  return open;
}
