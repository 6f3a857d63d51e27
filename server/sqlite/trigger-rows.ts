import type { TriggerKind } from "../../domain/alert.ts";
import type { HoldNotice } from "../../domain/judging/hold-notice.ts";
import type { TriggerRecord } from "../trigger-record.ts";
import { quoteFromRow, type QuoteRow } from "./quote-rows.ts";

/** A row of `triggers` joined with its alert's id. */
export interface TriggerRow extends QuoteRow {
  readonly id: string;
  readonly alert_id: string;
  readonly kind: TriggerKind;
  readonly sentence: string;
  readonly note: string;
  readonly level: number;
  readonly price: number;
  readonly fire_time: number;
  readonly judge_time: number;
  /** JSON; null for what is no HOLD's, and for a HOLD's notice from before it was written there. */
  readonly hold: string | null;
}

export function triggerFromRow(row: TriggerRow): TriggerRecord {
  return {
    id: row.id,
    alertId: row.alert_id,
    kind: row.kind,
    sentence: row.sentence,
    note: row.note,
    level: row.level,
    price: row.price,
    quote: quoteFromRow(row),
    seq: row.seq,
    fireTimeMs: row.fire_time,
    judgeTimeMs: row.judge_time,
    hold: row.hold === null ? null : (JSON.parse(row.hold) as HoldNotice),
  };
}
