import type { MailSettings } from "../domain/mail-settings.ts";
import type { TimeMs } from "../domain/time.ts";

/** A person, as stored. */
export interface UserRecord {
  readonly id: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly createTimeMs: TimeMs;
  /** The zone in which mails tell the time. */
  readonly timeZone: string;
  /** Whether the user looks after other people's accounts. */
  readonly isOperator: boolean;
  /** Since when an operator keeps the user out; null: not at all. */
  readonly suspendTimeMs: TimeMs | null;
  /** So many alerts the user may have; null: as many as usual. */
  readonly alertLimit: number | null;
  /** When the user wants mail. */
  readonly mailSettings: MailSettings;
  /** The address was refused so often that nothing is mailed there until it is proved anew. */
  readonly isAddressRefused: boolean;
}
