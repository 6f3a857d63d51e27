// When a connection fails, the library says only that it failed. This looks for the reason where it can be seen: first in
// our own three files, then with one look at the server.
import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { AppError } from "../../domain/error.ts";
import type { TimeMs } from "../../domain/time.ts";
import { addressText } from "../config/address-text.ts";
import { dateFault, identityFault, isIssuedBy } from "./certificate-faults.ts";
import {
  checkCredentialFiles,
  errorFromProblems,
  type CredentialExpectation,
  type CredentialFiles,
  type CredentialPaths,
} from "./credential-files.ts";
import { revokedText } from "./peer-fault.ts";
import { certificatesFromPem } from "./pem.ts";
import { parseTarget, type HostPort } from "./parse-target.ts";
import { probeServer } from "./probe-server.ts";
import { readRevocationFile, revocationFileOf } from "./revocation-file.ts";

export interface FailedConnection extends CredentialPaths, CredentialExpectation {
  /** As grpc-js takes it: `localhost:8443`, `127.0.0.1:8443`, `[::1]:8443`, with or without `dns:`. */
  readonly target: string;
}

/** What a connection that failed looks like: DEADLINE_EXCEEDED, UNAVAILABLE. */
const CONNECTION_CODES: readonly unknown[] = [4, 14];
/** What a server says that sees no role it allows in our certificate: PERMISSION_DENIED, UNAUTHENTICATED. */
const IDENTITY_CODES: readonly unknown[] = [7, 16];

/**
 * Why a call failed, if TLS is behind it: an AppError that names the file or the server's fault and what mends it
 * (FAILED_PRECONDITION TLS_SETUP, or UNAVAILABLE SERVER_UNREACHABLE); null if `error` is of another kind or nothing is
 * found. `error` is grpc-js's. Takes at most two seconds; never throws.
 */
export async function diagnoseTlsFailure(connection: FailedConnection, error: unknown): Promise<AppError | null> {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  const failedToConnect = CONNECTION_CODES.includes(code);
  if (!failedToConnect && !IDENTITY_CODES.includes(code)) return null;
  const check = checkCredentialFiles(connection, connection);
  if (check.files === undefined) return errorFromProblems(check.problems);
  const target = failedToConnect ? parseTarget(connection.target) : undefined;
  return target === undefined ? null : diagnoseServer(target, check.files, connection.now);
}

async function diagnoseServer(target: HostPort, files: CredentialFiles, now: TimeMs): Promise<AppError | null> {
  const where = addressText(target);
  const { outcome, certificate } = await probeServer(target, files);
  switch (outcome) {
    case "no-address":
      return unreachable(
        `the host name of ${where} is unknown`,
        "check the server's address in the settings: docs/configuration.md",
      );
    case "refused":
      return unreachable(`nobody listens at ${where}`, "start the server: ./bell up");
    case "no-answer":
      return unreachable(`${where} does not answer`, "is the address right, and does a firewall stand in between?");
    case "silent":
      return unreachable(
        `${where} accepts the connection, but does not answer`,
        "the server there hangs, or has too much to do: if it stays so, look into its log and start it again",
      );
    case "closed":
      return unreachable(
        `${where} closed the connection at once; it may have too many`,
        "try again in a moment; if it goes on, look into the server's log",
      );
    case "not-tls":
      return tlsFault(`${where} does not speak TLS 1.3`, "is another program listening there?");
    default: {
      const fault = certificate === undefined ? undefined : serverFault(certificate, target.host, files, now);
      if (fault !== undefined)
        return tlsFault(`the certificate of ${where} ${fault}`, "make certs, where the server runs");
      return outcome === "accepted" ? null : refusedByServer(where, files);
    }
  }
}

function serverFault(
  certificate: X509Certificate,
  host: string,
  files: CredentialFiles,
  now: TimeMs,
): string | undefined {
  const authorities = certificatesFromPem(files.ca.toString("latin1"));
  if (!isIssuedBy(certificate, authorities)) return `was issued by another authority than ${files.paths.caFile}`;
  const named = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
  const nameFault = named === undefined ? `is for other hosts (${hostsOf(certificate)}), not for ${host}` : undefined;
  const list = readRevocationFile(revocationFileOf(files.paths));
  const revocation = typeof list === "string" ? undefined : list.find(certificate.serialNumber);
  if (revocation !== undefined) return revokedText(revocation);
  return dateFault(certificate, now) ?? nameFault ?? identityFault(certificate, ["server"]);
}

/** The names in a server's certificate, for a message: what a stranger wrote there is cut short and holds no control characters. */
function hostsOf(certificate: X509Certificate): string {
  return (certificate.subjectAltName ?? "none").replace(/[^\x20-\x7e]/g, "?").slice(0, 200);
}

/** Our files fit together, so it is the server that sees them otherwise. */
function refusedByServer(where: string, { paths }: CredentialFiles): AppError {
  return tlsFault(
    `the server at ${where} refuses ${paths.certFile}, although it is sound: the server trusts another authority`,
    "compare ca.crt here and where the server runs: ./bell certs inspect; the same one belongs on both",
  );
}

function unreachable(message: string, hint: string): AppError {
  return new AppError("UNAVAILABLE", "SERVER_UNREACHABLE", message, { hint });
}

function tlsFault(message: string, hint: string): AppError {
  return new AppError("FAILED_PRECONDITION", "TLS_SETUP", message, { hint });
}
