import type { TriggerKind } from "../domain/alert.ts";
import type { HoldNotice } from "../domain/judging/hold-notice.ts";
import type { Quote } from "../domain/quote.ts";
import type { TimeMs } from "../domain/time.ts";

/** Something fired, or is to be told for another reason. */
export interface TriggerRecord {
  readonly id: string;
  readonly alertId: string;
  readonly kind: TriggerKind;
  readonly sentence: string;
  /** With its placeholders filled in. */
  readonly note: string;
  /** The level that was met; 0 if it did not fire. */
  readonly level: number;
  /** The price that met it; if it did not fire the quote's close, and at the end of a HOLD the price from which judging goes on. */
  readonly price: number;
  readonly quote: Quote;
  /** Null for a quote that was not judged. */
  readonly seq: number | null;
  readonly fireTimeMs: TimeMs;
  readonly judgeTimeMs: TimeMs;
  /** Of a HOLD or its end; null for all else, and for a HOLD's notice from before this was kept. */
  readonly hold: HoldNotice | null;
}

/** A trigger, and whose it is. */
export interface UserTrigger {
  readonly userId: string;
  readonly trigger: TriggerRecord;
}
