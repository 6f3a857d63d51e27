import { isLocalHost } from "../runtime/config/loopback-host.ts";

/** How a connection to a mail server is secured. */
export type SmtpSecurity =
  /** STARTTLS or nothing, with a certificate that the system trusts. */
  | "starttls"
  /** TLS from the first byte, likewise. */
  | "tls"
  /** The same, to this machine: the certificate proves nothing there. */
  | "tls-loopback"
  /** STARTTLS if it is offered, with whatever certificate: nothing leaves this machine. */
  | "loopback";

/** Limits of the phases of a session, in milliseconds. All of them nest in the 35 s that a whole send may take. */
export interface SmtpTimeouts {
  /** From the look-up of the name until the session is secured. */
  readonly connectMs: number;
  readonly greetingMs: number;
  /** Without a byte from the mail server. */
  readonly socketMs: number;
}

/** Everything a session with the mail server needs. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  readonly security: SmtpSecurity;
  /** Null: no log-in. */
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly timeouts: SmtpTimeouts;
}

export const SMTP_TIMEOUTS: SmtpTimeouts = { connectMs: 5_000, greetingMs: 5_000, socketMs: 15_000 };

/** The port on which TLS starts at once (RFC 8314). */
const TLS_PORT = 465;

/**
 * How the connection to `host` must be secured: everywhere but on this machine and the hosts that are declared as good as it
 * (BELL_LOCAL_HOSTS), encrypted and authenticated.
 */
export function securityFor(host: string, port: number, localHosts: readonly string[] = []): SmtpSecurity {
  const isLocal = isLocalHost(host, localHosts);
  if (port === TLS_PORT) return isLocal ? "tls-loopback" : "tls";
  return isLocal ? "loopback" : "starttls";
}
