import { randomBytes, type X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TimeMs } from "../../domain/time.ts";
import type { CertificateProfile } from "./certificate-profile.ts";
import { runOpenssl } from "./openssl.ts";

/** Who signs. The key is a file, since openssl reads it; undefined for an authority that signs itself. */
export interface Issuer {
  readonly certificate: X509Certificate;
  readonly keyFile: string;
}

/** openssl takes the first certificate of a file, and an authority's file may hold several. */
const ISSUER_FILE = "issuer.crt";

/** `openssl ca` instead of `openssl x509`, because only it takes both dates, in every version. */
const CONFIG = `
[ca]
default_ca = this
[this]
new_certs_dir = .
database = index.txt
serial = serial.txt
default_md = sha256
policy = any_name
unique_subject = no
[any_name]
commonName = supplied
[req]
prompt = no
distinguished_name = subject
string_mask = utf8only
[subject]
`;

/**
 * The certificate (PEM) that says what `profile` says of the key in `keyFile`. The keys stay where they are; the rest of
 * the work is done in a folder that is gone afterwards.
 * @throws AppError FAILED_PRECONDITION TLS_SETUP when openssl is missing or fails.
 */
export async function signCertificate(profile: CertificateProfile, keyFile: string, issuer?: Issuer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tickerbell-certs-"));
  try {
    await writeFile(join(folder, "openssl.cnf"), `${CONFIG}commonName = ${profile.commonName}\n`);
    await writeFile(join(folder, "extensions.cnf"), `${profile.extensions.join("\n")}\n`);
    await writeFile(join(folder, "index.txt"), "");
    if (issuer !== undefined) await writeFile(join(folder, ISSUER_FILE), issuer.certificate.toString());
    await writeFile(join(folder, "serial.txt"), `${randomSerial()}\n`);
    await runOpenssl(["req", "-new", "-config", "openssl.cnf", "-key", keyFile, "-out", "request.csr"], folder);
    await runOpenssl([...signCommand(profile), ...signerOptions(keyFile, issuer)], folder);
    return await readFile(join(folder, "certificate.crt"), "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function signCommand({ notBefore, notAfter }: CertificateProfile): string[] {
  const life = ["-startdate", opensslDate(notBefore), "-enddate", opensslDate(notAfter)];
  const files = ["-in", "request.csr", "-out", "certificate.crt", "-extfile", "extensions.cnf"];
  return ["ca", "-batch", "-notext", "-config", "openssl.cnf", ...life, ...files];
}

function signerOptions(keyFile: string, issuer: Issuer | undefined): string[] {
  if (issuer === undefined) return ["-selfsign", "-keyfile", keyFile];
  return ["-cert", ISSUER_FILE, "-keyfile", issuer.keyFile];
}

/** 126 random bits behind 01: the number is positive and always of the same length. */
function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex").toUpperCase();
}

/** YYMMDDHHMMSSZ; from 2050 on with four digits for the year, as X.509 has it. */
function opensslDate(time: TimeMs): string {
  const digits = new Date(time).toISOString().slice(0, 19).replace(/[-T:]/g, "");
  return `${digits < "2050" ? digits.slice(2) : digits}Z`;
}
