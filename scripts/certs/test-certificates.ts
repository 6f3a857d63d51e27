// For tests: a folder of sound certificates, and one bad certificate for each fault that a peer may show.
import { chmod, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Role } from "../../domain/role.ts";
import { DAY_MS, type TimeMs } from "../../domain/time.ts";
import type { CredentialPaths } from "../../runtime/tls/credential-files.ts";
import { credentialPaths } from "../../runtime/tls/credential-paths.ts";
import { openAuthority } from "./authority.ts";
import { leafExtensions, type CertificateProfile } from "./certificate-profile.ts";
import { issueCertificates, type IssuedRole } from "./issue-certificates.ts";
import { newKey } from "./key-file.ts";
import { signCertificate } from "./sign-certificate.ts";

/** The one thing that is wrong with a certificate. */
export type CertificateFault =
  | "another-ca"
  | "self-signed"
  | "expired"
  | "not-yet-valid"
  | "wrong-role"
  | "unknown-role"
  | "wrong-domain"
  | "role-in-name-only"
  | "no-uri"
  | "two-uris"
  | "ca-true"
  | "key-cert-sign"
  | "no-eku"
  | "wrong-eku"
  | "wrong-host";

/** A folder of certificates as `make certs` makes it, and a source of bad ones. */
export class TestCertificates {
  readonly folder: string;
  readonly #now: TimeMs;

  constructor(folder: string, now: TimeMs) {
    this.folder = folder;
    this.#now = now;
  }

  /** The sound files of a role. */
  files(role: IssuedRole): CredentialPaths {
    return credentialPaths(this.folder, role);
  }

  /** Files for `role` that trust the same authority, and whose certificate has this one fault. */
  async badFiles(role: IssuedRole, fault: CertificateFault): Promise<CredentialPaths> {
    return this.#sign(role, fault, badProfile(role, fault, this.#now));
  }

  /** The same with openssl's lines for all extensions, for what no fault names. */
  async filesWith(role: IssuedRole, extensions: readonly string[]): Promise<CredentialPaths> {
    return this.#sign(role, undefined, { ...badProfile(role, "no-uri", this.#now), extensions });
  }

  async #sign(role: Role, fault: CertificateFault | undefined, profile: CertificateProfile): Promise<CredentialPaths> {
    const folder = await mkdtemp(join(this.folder, `${fault ?? "odd"}-`));
    const paths = { ...credentialPaths(folder, role), caFile: join(this.folder, "ca.crt") };
    await writeFile(paths.keyFile, newKey(), { mode: 0o600 });
    const issuer = fault === "self-signed" ? undefined : await this.#issuer(folder, fault);
    await writeFile(paths.certFile, await signCertificate(profile, paths.keyFile, issuer));
    return paths;
  }

  #issuer(folder: string, fault: CertificateFault | undefined): ReturnType<typeof openAuthority> {
    return openAuthority(fault === "another-ca" ? folder : this.folder, this.#now);
  }
}

/** Makes a complete set in `folder`, valid at `now` (the machine's time unless told). */
export async function issueTestCertificates(folder: string, now: TimeMs = Date.now()): Promise<TestCertificates> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  await issueCertificates({ folder, now });
  return new TestCertificates(folder, now);
}

function badProfile(role: IssuedRole, fault: CertificateFault, now: TimeMs): CertificateProfile {
  return {
    commonName: fault === "role-in-name-only" ? `spiffe://tickerbell/${role}/local` : "test",
    extensions: badExtensions(role, fault),
    notBefore: fault === "not-yet-valid" ? now + DAY_MS : now - 9 * DAY_MS,
    notAfter: fault === "expired" ? now - DAY_MS : now + 9 * DAY_MS,
  };
}

function badExtensions(role: IssuedRole, fault: CertificateFault): string[] {
  const hosts = fault === "wrong-host" ? ["DNS:example.com"] : ["DNS:localhost", "IP:127.0.0.1"];
  const usage = role === "server" ? "serverAuth" : "clientAuth";
  const lines = leafExtensions([...badUris(role, fault).map((uri) => `URI:${uri}`), ...hosts], usage);
  const otherUsage = role === "server" ? "clientAuth" : "serverAuth";
  if (fault === "self-signed") return lines.filter((line) => !line.startsWith("authorityKeyIdentifier"));
  if (fault === "no-eku") return lines.filter((line) => !line.startsWith("extendedKeyUsage"));
  const swaps: Partial<Record<CertificateFault, readonly [string, string]>> = {
    "ca-true": ["CA:FALSE", "CA:TRUE"],
    "key-cert-sign": ["digitalSignature", "digitalSignature, keyCertSign"],
    "wrong-eku": [usage, otherUsage],
    "wrong-role": [usage, "serverAuth, clientAuth"], // so that nothing but the role is wrong
  };
  const [from, to] = swaps[fault] ?? ["", ""];
  return lines.map((line) => line.replace(from, to));
}

function badUris(role: IssuedRole, fault: CertificateFault): string[] {
  const own = `spiffe://tickerbell/${role}/local`;
  const other = `spiffe://tickerbell/${role === "fetcher" ? "notifier" : "fetcher"}/local`;
  const uris: Partial<Record<CertificateFault, string[]>> = {
    "wrong-role": [other],
    "unknown-role": ["spiffe://tickerbell/boss/local"],
    "wrong-domain": [`spiffe://example.com/${role}/local`],
    "role-in-name-only": [],
    "no-uri": [],
    "two-uris": [own, other],
  };
  return uris[fault] ?? [own];
}
