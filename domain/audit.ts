import { replaceAddresses } from "./email-address.ts";

/**
 * What the audit tells of, each in one word: of the past, whether it was done or refused. Closed, so that whoever reads it with a program
 * misses nothing.
 */
export const AUDIT_ACTIONS = [
  "user_register",
  "user_verify",
  "user_update",
  "user_delete",
  "user_export",
  "user_suspend",
  "user_resume",
  "log_in",
  "log_in_failed",
  "log_out",
  "session_revoke",
  "session_refresh_failed",
  "password_change",
  "password_reset_request",
  "password_reset",
  "password_reset_force",
  "access_token_create",
  "access_token_revoke",
  "operator_claim",
  "operator_set",
  "setup_code_create",
  "alert_limit_set",
  "alert_create",
  "alert_update",
  "alert_delete",
  "alert_pause",
  "alert_resume",
  "notification_resend",
  "test_mail_send",
  "symbol_add",
  "symbol_remove",
  "symbol_release",
  "quotes_import",
  "quotes_export",
  "backup",
  "users_list",
  "failed_mails_list",
  "audit_list",
  "certificate_revoke",
  "certificate_reload",
  "call_denied",
  "call_failed",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** An address of which its owner knows that it is meant, and nobody else: the first letter and the host. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf("@");
  const [first = ""] = email;
  return at < 1 ? "…" : `${first}…${email.slice(at)}`;
}

/** A text with every address in it masked: a mail server may name others than the recipient, or write it in another way. */
export function maskEmails(text: string): string {
  return replaceAddresses(text, maskEmail);
}
