import { join } from "node:path";
import type { Role } from "../../domain/role.ts";
import type { CredentialPaths } from "./credential-files.ts";

/** The three files of a role, as `make certs` names them. */
export function credentialPaths(folder: string, role: Role): CredentialPaths {
  return {
    caFile: join(folder, "ca.crt"),
    certFile: join(folder, `${role}.crt`),
    keyFile: join(folder, `${role}.key`),
  };
}
