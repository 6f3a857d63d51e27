import type { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { certificatesFromPem } from "../../runtime/tls/pem.ts";

/** Every certificate in a file, in its order; none when there is no such file, or nothing in it that can be read. */
export function certificatesIn(file: string): X509Certificate[] {
  try {
    return certificatesFromPem(readFileSync(file, "latin1"));
  } catch {
    return [];
  }
}
