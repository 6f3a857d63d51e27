import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Role } from "../../domain/role.ts";
import { leafExtensions } from "../../scripts/certs/certificate-profile.ts";
import { issueTestCertificates, type TestCertificates } from "../../scripts/certs/test-certificates.ts";
import type { CredentialFiles, CredentialPaths } from "../../runtime/tls/credential-files.ts";

let shared: Promise<TestCertificates> | undefined;

/** One folder of certificates for all tests of a run, because openssl takes its time; it goes when the run ends. */
export function sharedCertificates(): Promise<TestCertificates> {
  if (shared !== undefined) return shared;
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-certs-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  shared = issueTestCertificates(folder);
  return shared;
}

const odd = new Map<Role, Promise<CredentialPaths>>();

/** The files of any role, also of those that `make certs` gives none: gateway, and a server that comes as a client. */
export async function filesOfRole(role: Role): Promise<CredentialPaths> {
  const certificates = await sharedCertificates();
  if (role !== "gateway" && role !== "server") return certificates.files(role);
  const usage = role === "server" ? "serverAuth, clientAuth" : "clientAuth";
  const made =
    odd.get(role) ??
    certificates.filesWith("cli", leafExtensions([`URI:spiffe://tickerbell/${role}/local`, "DNS:localhost"], usage));
  odd.set(role, made);
  return made;
}

/** The files as they are: a bad process does not check its own. */
export function uncheckedFiles(paths: CredentialPaths): CredentialFiles {
  const [ca, cert, key] = [readFileSync(paths.caFile), readFileSync(paths.certFile), readFileSync(paths.keyFile)];
  return { paths, ca, cert, key, peer: { role: "cli", name: "local" }, notAfter: 0, serial: "" };
}
