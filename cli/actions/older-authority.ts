import { readFileSync } from "node:fs";
import { join } from "node:path";
import { certificatesFromPem } from "../../runtime/tls/pem.ts";

/** Whether the `ca.crt` of a folder holds an authority beside the one that signs: a change of it is under way. Throws what reading throws. */
export function trustsOlderAuthority(folder: string): boolean {
  return certificatesFromPem(readFileSync(join(folder, "ca.crt"), "latin1")).length > 1;
}
