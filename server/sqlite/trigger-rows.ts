import type { TriggerKind } from "../../domain/alert.ts";
import type { HoldNotice } from "../../domain/judging/hold-notice.ts";
import type { TriggerRecord } from "../store.ts";
import { quoteFromRow, type QuoteRow } from "./quote-rows.ts";

/** A row of `triggers` joined with its alert's id. */
export interface TriggerRow extends QuoteRow {
  readonly id: string;
  readonly alert_id: string;
  /** HELD also for the end of a HOLD; `hold` tells them apart. */
  readonly kind: Exclude<TriggerKind, "HOLD_ENDED">;
  readonly sentence: string;
  readonly note: string;
  readonly level: number;
  readonly price: number;
  readonly fire_time: number;
  readonly judge_time: number;
  /** JSON; null for what is no HOLD's, and for a HOLD's notice from before it was written there. */
  readonly hold: string | null;
}

/** The columns that tell of a HOLD, by name, for a statement. */
export function holdColumns({ kind, hold }: { readonly kind: TriggerKind; readonly hold: HoldNotice | null }) {
  return { kind: kind === "HOLD_ENDED" ? "HELD" : kind, hold: hold === null ? null : JSON.stringify(hold) };
}

export function triggerFromRow(row: TriggerRow): TriggerRecord {
  const hold = row.hold === null ? null : (JSON.parse(row.hold) as HoldNotice);
  return {
    id: row.id,
    alertId: row.alert_id,
    kind: hold !== null && hold.end !== null ? "HOLD_ENDED" : row.kind,
    sentence: row.sentence,
    note: row.note,
    level: row.level,
    price: row.price,
    quote: quoteFromRow(row),
    seq: row.seq,
    fireTimeMs: row.fire_time,
    judgeTimeMs: row.judge_time,
    hold,
  };
}
