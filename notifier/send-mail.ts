import { OutcomeKind } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { classifyOutcome, faultFromError } from "./classify-outcome.ts";
import type { ComposedMail } from "./compose-mail.ts";
import { plainLine } from "./plain-line.ts";
import type { SmtpSession, SmtpStage } from "./smtp-session.ts";
import type { SmtpSessions } from "./smtp-sessions.ts";

/** How an attempt ended. */
export interface SendResult {
  readonly kind: OutcomeKind;
  /** The mail server's last words, or the fault; one line. */
  readonly reply: string;
  /** Whether the fault came before any mail was spoken of. */
  readonly duringSetup: boolean;
}

export interface SendOptions {
  /** Ends the attempt, wherever it stands. */
  readonly signal: AbortSignal;
  /** Asked when the session is ready for MAIL FROM: the last moment at which the mail can be withdrawn. */
  readonly mayBegin: () => Promise<boolean>;
}

/** The contract's limit of a reply. */
export const REPLY_LIMIT = 500;

/** Hands one mail to the mail server. Null: mayBegin() said no, and nothing was sent. Never rejects. */
export async function sendMail(
  mail: ComposedMail,
  sessions: SmtpSessions,
  { signal, mayBegin }: SendOptions,
): Promise<SendResult | null> {
  let session: SmtpSession | null = null;
  try {
    session = await sessions.take(signal);
    const begins = await unlessAborted(mayBegin(), signal);
    const reply = begins ? await session.send(mail, signal) : null;
    sessions.keep(session);
    return reply === null
      ? null
      : { kind: OutcomeKind.TAKEN, reply: plainLine(reply, REPLY_LIMIT), duringSetup: false };
  } catch (error) {
    session?.close();
    return resultOf(error, session?.stage ?? "setup");
  }
}

async function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener("abort", onAbort, { once: true });
  return Promise.race([value, promise]).finally(() => signal.removeEventListener("abort", onAbort));
}

function resultOf(error: unknown, stage: SmtpStage): SendResult {
  const message = error instanceof Error ? error.message : String(error);
  const fault = faultFromError(error, stage);
  return {
    kind: classifyOutcome(fault),
    reply: plainLine(fault.response || message, REPLY_LIMIT), // the library puts words of its own before the mail server's
    duringSetup: stage === "setup",
  };
}
