import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import { isOneLine } from "../../domain/one-line.ts";
import type { TimeMs } from "../../domain/time.ts";
import { errorFromProblems } from "../../runtime/tls/credential-files.ts";
import {
  parseRevocationList,
  renderRevocation,
  REVOCATION_FILE_NAME,
  type Revocation,
} from "../../runtime/tls/revocation-list.ts";
import { plainSerial } from "../../runtime/tls/serial.ts";
import { certificatesIn } from "./certificates-in.ts";
import { ISSUED_ROLES } from "./issue-certificates.ts";
import { CERTIFICATE_MODE, replaceFile } from "./write-file.ts";

const HEADER = `# Certificates that are not to be believed any more: serial number, date, reason. One bad line makes the whole list bad.
`;
const LONGEST_REASON = 200;

export interface RevokeOptions {
  readonly folder: string;
  /** A role (its certificate in `folder`), a certificate's file, or a serial number in hex. */
  readonly what: string;
  readonly reason: string;
  readonly now: TimeMs;
}

/** What was revoked. */
export interface RevokeResult extends Revocation {
  /** The list. */
  readonly file: string;
  /** The role, if it was named by it. */
  readonly role: string | null;
  /** It stood in the list already, and stands there as it did. */
  readonly isKnown: boolean;
}

/**
 * Puts one certificate on the list of the folder, in one step. Whoever calls sees to it that nobody else does at the same time.
 * @throws AppError INVALID_ARGUMENT for what names no certificate and for a bad reason, FAILED_PRECONDITION TLS_SETUP for a list that
 * is bad already.
 */
export async function revokeCertificate({ folder, what, reason, now }: RevokeOptions): Promise<RevokeResult> {
  const entry = { serial: serialOf(folder, what), time: now, reason: checkReason(reason) };
  const role = isRole(what) ? what : null;
  const file = join(folder, REVOCATION_FILE_NAME);
  const text = existsSync(file) ? readFileSync(file, "utf8") : HEADER;
  const list = parseRevocationList(text);
  if (typeof list === "string") {
    throw errorFromProblems([{ file, message: list, mend: "mend that line, or take it out" }]);
  }
  const known = list.find(entry.serial);
  if (known !== undefined) return { ...known, file, role, isKnown: true };
  const begun = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  await replaceFile(file, `${begun}${renderRevocation(entry)}\n`, CERTIFICATE_MODE);
  return { ...entry, file, role, isKnown: false };
}

function serialOf(folder: string, what: string): string {
  const file = isRole(what) ? join(folder, `${what}.crt`) : what;
  if (isRole(what) || existsSync(file)) return serialIn(file);
  const serial = plainSerial(what);
  if (serial !== undefined) return serial;
  const mend = `one of ${ISSUED_ROLES.join(", ")}, a file such as old/cli.crt, or what ./bell certs status shows`;
  throw AppError.invalidField("what", "FIELD_INVALID", `"${what}" is no role, no file and no serial number`, mend);
}

function serialIn(file: string): string {
  const [certificate] = certificatesIn(file);
  const serial = plainSerial(certificate?.serialNumber ?? "");
  if (certificate === undefined || serial === undefined) {
    throw AppError.invalidField("what", "FIELD_INVALID", `${file} holds no certificate that can be read`);
  }
  if (!certificate.ca) return serial;
  const mend = "./bell certs renew --new-ca, as docs/deployment.md tells";
  throw AppError.invalidField(
    "what",
    "FIELD_INVALID",
    `${file} is an authority, which is changed and not revoked`,
    mend,
  );
}

function isRole(text: string): boolean {
  return (ISSUED_ROLES as readonly string[]).includes(text);
}

/** It must stay one line, and no comment. */
function checkReason(reason: string): string {
  const words = reason.trim();
  if (words.length <= LONGEST_REASON && isOneLine(words) && !words.includes("#")) return words;
  throw AppError.invalidField(
    "reason",
    "FIELD_INVALID",
    `must be one line of at most ${LONGEST_REASON} characters without #`,
  );
}
