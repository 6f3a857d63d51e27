// What a sealed mail says. It is fixed when the mail is sealed, so that a repeat says the same, whatever has happened since.
import type { HoldReason } from "../domain/notifying/mail-hold.ts";
import type { OperatorNotice, OperatorNoticeKind } from "../domain/operator-notice.ts";
import type { Quote } from "../domain/quote.ts";
import type { TimeMs } from "../domain/time.ts";
import type { TriggerRecord } from "./trigger-record.ts";

/** What happened to an account. */
export type AccountNoticeKind = "ALREADY_REGISTERED" | "PASSWORD_CHANGED" | "SESSION_STOLEN" | "DELETED";

/** A mail that is about an account and about no symbol. */
export type AccountMail = "VERIFICATION" | "PASSWORD_RESET" | "TEST" | AccountNoticeKind;

/** Why a mail waited: its user's wishes, a ceiling, or its symbol's cooldown. */
export type WaitReason = HoldReason | "COOLDOWN";

/** A trigger as a mail tells it. */
export interface MailedTrigger extends TriggerRecord {
  /** It fired, and at the newest price its condition did not hold any more. */
  readonly hasReverted: boolean;
}

/** A close in a mail's picture. */
export interface PricePoint {
  readonly timeMs: TimeMs;
  readonly price: number;
}

/** How a symbol stood when a mail about it was sealed. */
export interface SymbolFacts {
  /** The newest judged price; null if there was none. */
  readonly latestQuote: Quote | null;
  /** The close of the session before that price's; null: not known. */
  readonly previousClose: number | null;
  /** The last closes, oldest first. */
  readonly points: readonly PricePoint[];
}

/** What is told of one symbol. */
export interface SymbolPart extends SymbolFacts {
  readonly symbol: string;
  /** Oldest first. */
  readonly triggers: readonly MailedTrigger[];
}

/** What several mails of a user have in common. */
interface ForReader {
  /** The zone in which it tells the time beside the exchange's. */
  readonly timeZone: string;
  /** About when the next mail about the same may come. */
  readonly nextMailTimeMs: TimeMs;
}

/** Alerts that fired on one symbol, or on several while mail was held back. */
export interface TriggersMail extends ForReader {
  readonly kind: "triggers";
  /** One for each symbol, the one that waited longest first. */
  readonly parts: readonly SymbolPart[];
  /** Null: it did not wait. */
  readonly waitReason: WaitReason | null;
}

/** What a mail says. */
export type MailContent =
  | TriggersMail
  | ({
      readonly kind: "operator";
      readonly notice: OperatorNoticeKind;
      readonly notices: readonly OperatorNotice[];
    } & ForReader)
  | { readonly kind: "verification" | "passwordReset"; readonly code: string; readonly expireTimeMs: TimeMs }
  | {
      readonly kind: "accountNotice";
      readonly notice: AccountNoticeKind;
      readonly timeMs: TimeMs;
      readonly timeZone: string;
    }
  | { readonly kind: "test"; readonly timeMs: TimeMs; readonly timeZone: string };
