// What `bell doctor` does with the mail server: everything that a notifier does before a mail, and then it leaves.
import type { Environment } from "../runtime/config/read-settings.ts";
import { readNotifierConfig } from "./config.ts";
import { plainLine } from "./plain-line.ts";
import { senderWarning } from "./sender-warning.ts";
import { REPLY_LIMIT } from "./send-mail.ts";
import { SmtpSession } from "./smtp-session.ts";
import type { SmtpSettings } from "./smtp-settings.ts";

/** What kept a session from coming so far that a mail could be sent in it. */
interface MailServerFault {
  /**
   * `address`: the name is unknown; `refused`: nobody listens; `silent`: it does not answer in time; `tls`: no encryption that may be
   * believed; `log-in`: it does not take the log-in, or offers none; `other`: whatever else it says, or does.
   */
  readonly kind: "address" | "refused" | "silent" | "tls" | "log-in" | "other";
  /** The mail server's words or the system's, one line, never with the password. */
  readonly text: string;
}

/** What one look at the mail server found. */
export interface MailServerLook {
  readonly host: string;
  readonly port: number;
  /** Whether what is sent there must be encrypted: it leaves this machine. */
  readonly isEncrypted: boolean;
  /** What the session was encrypted with, such as `TLSv1.3`; null: it was not, or never came so far. */
  readonly tlsVersion: string | null;
  /** Whether a log-in is set; with no fault it was taken. */
  readonly hasLogIn: boolean;
  /** Null: a mail could be sent now. */
  readonly fault: MailServerFault | null;
  /** The address that mail goes out from. */
  readonly from: string;
  /** What it may say of our sender; null when there is nothing to say. */
  readonly warning: string | null;
}

/** The phases of a session, shorter than a notifier's: a person waits. */
const LOOK_TIMEOUTS = { connectMs: 2_500, greetingMs: 2_500, socketMs: 3_000 };

/**
 * Connects to the mail server of these settings, secures, logs in and leaves; no mail is spoken of. Rejects with AppError CONFIG_INVALID for
 * the settings, and for nothing else. It gives up when `signal` aborts; with patience it waits as long as a notifier does.
 */
export async function lookAtMailServer(
  environment: Environment,
  signal: AbortSignal,
  { isPatient = false }: { readonly isPatient?: boolean } = {},
): Promise<MailServerLook> {
  const { smtp, from } = readNotifierConfig(environment);
  const { host, port, security, login, timeouts } = smtp;
  const session = new SmtpSession({ ...smtp, timeouts: isPatient ? timeouts : LOOK_TIMEOUTS });
  const fault = await session.open(signal).then(
    () => null,
    (error: unknown) => faultOf(error, smtp, signal),
  );
  const { tlsVersion } = session;
  if (fault === null) session.leave();
  else session.close();
  const isEncrypted = security === "starttls" || security === "tls";
  const warning = senderWarning(smtp, from);
  return { host, port, isEncrypted, tlsVersion, hasLogIn: login !== null, fault, from: from.address, warning };
}

function faultOf(error: unknown, { login }: SmtpSettings, signal: AbortSignal): MailServerFault {
  const { code, originalCode } = error as { code?: unknown; originalCode?: unknown };
  const text = plainLine(withoutPassword(error instanceof Error ? error.message : String(error), login), REPLY_LIMIT);
  return { kind: signal.aborted ? "silent" : kindOf([code, originalCode], login !== null), text };
}

/** By the library's codes and the system's. A log-in that is not offered has no code: it is told after the session is secured. */
function kindOf(codes: readonly unknown[], hasLogIn: boolean): MailServerFault["kind"] {
  const is = (...names: readonly string[]) => codes.some((code) => names.includes(String(code)));
  if (is("EDNS", "ENOTFOUND", "EAI_AGAIN")) return "address";
  if (is("ECONNREFUSED")) return "refused";
  if (is("ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH")) return "silent";
  if (is("EAUTH") || (hasLogIn && codes.every((code) => code === undefined))) return "log-in";
  if (is("ETLS") || codes.some((code) => isTlsCode(String(code)))) return "tls";
  return "other";
}

/** Node's words for a certificate that nobody here believes, and for a handshake that fails. */
function isTlsCode(code: string): boolean {
  return /^ERR_(SSL|TLS)_|CERT|SELF_SIGNED|^UNABLE_TO_(GET|VERIFY)|^HOSTNAME_MISMATCH/.test(code);
}

/** A mail server may repeat what it was told, in the clear or as it travels. */
function withoutPassword(text: string, login: SmtpSettings["login"]): string {
  if (login === null) return text;
  const { user, password } = login;
  const plain = Buffer.from(`\0${user}\0${password}`).toString("base64");
  const forms = [plain, Buffer.from(password).toString("base64"), password];
  return forms.reduce((shown, form) => shown.replaceAll(form, "…"), text);
}
