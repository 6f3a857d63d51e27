import { OutcomeKind } from "../proto/gen/tickerbell/v1/notification_service.ts";
import type { SmtpStage } from "./smtp-session.ts";

/** Why an attempt failed: how far it had come, and what was said last. */
export interface SmtpFault {
  readonly stage: SmtpStage;
  /** The command that was answered: "RCPT TO"; empty if no answer is the fault. */
  readonly command: string;
  /** The mail server's answer, code first; empty if there was none. */
  readonly response: string;
}

/** RFC 3463: codes that say the address does not exist, never will, or takes no mail. */
const ADDRESS_CODES: ReadonlySet<string> = new Set(["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"]);
/** Without an enhanced code, in answer to RCPT, these say the same. */
const ADDRESS_REPLIES: readonly number[] = [550, 553];

/**
 * What is known of an attempt that did not end with 250. Faults of the set-up are the mail server's, whatever code they carry:
 * the mail played no part yet. No answer to the content is the one case in which nobody knows.
 */
export function classifyOutcome(fault: SmtpFault): OutcomeKind {
  const { code, enhanced } = parseReply(fault.response);
  const isRefused = code >= 500 && code < 600;
  if (fault.stage === "setup") return OutcomeKind.SERVER_TROUBLE;
  if (code >= 400 && code < 500) return OutcomeKind.NOT_TAKEN;
  if (!isRefused) return fault.stage === "content" ? OutcomeKind.UNSURE : OutcomeKind.NOT_TAKEN;
  const isCodeOfAddress = enhanced.length > 0 && enhanced.every((one) => ADDRESS_CODES.has(one));
  if (fault.command !== "MAIL FROM" && isCodeOfAddress) return OutcomeKind.ADDRESS_REFUSED;
  if (fault.stage === "content") return OutcomeKind.CONTENT_REFUSED;
  const isAddress = fault.command === "RCPT TO" && enhanced.length === 0 && ADDRESS_REPLIES.includes(code);
  return isAddress ? OutcomeKind.ADDRESS_REFUSED : OutcomeKind.SERVER_TROUBLE;
}

/** The fault behind whatever a session threw. */
export function faultFromError(error: unknown, stage: SmtpStage): SmtpFault {
  const { command, response } = error as { command?: unknown; response?: unknown };
  return {
    stage,
    command: typeof command === "string" ? command : "",
    response: typeof response === "string" ? response : "",
  };
}

/**
 * The code, and the enhanced codes of all lines (RFC 2034 wants the same in each, some servers give it only in the last one). One of
 * another class than the reply's says nothing of the address either.
 */
function parseReply(response: string): { code: number; enhanced: readonly string[] } {
  const code = Number(/^(\d{3})(?:[ \n-]|$)/.exec(response)?.[1] ?? 0);
  const enhanced = response.matchAll(/^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?!\d)/gm);
  return { code, enhanced: [...new Set(Array.from(enhanced, ([, found = ""]) => found))] };
}
