import { TriggerKind } from "../gen/tickerbell/v1/alert.ts";

/** What else than a fire becomes of an alert. OTHER: a newer server's, for which this version has no words. */
export type NoticeKind = "EXPIRED" | "STOPPED" | "HELD" | "HOLD_ENDED" | "STILL_TRUE" | "BACK_TO_NORMAL" | "OTHER";

/** What else than a fire there is to tell; null for a fire. A server that knew only fires said no kind. */
export function noticeKind(kind: TriggerKind): NoticeKind | null {
  switch (kind) {
    case TriggerKind.UNSPECIFIED:
    case TriggerKind.FIRED:
      return null;
    case TriggerKind.EXPIRED:
      return "EXPIRED";
    case TriggerKind.STOPPED:
      return "STOPPED";
    case TriggerKind.HELD:
      return "HELD";
    case TriggerKind.HOLD_ENDED:
      return "HOLD_ENDED";
    case TriggerKind.STILL_TRUE:
      return "STILL_TRUE";
    case TriggerKind.BACK_TO_NORMAL:
      return "BACK_TO_NORMAL";
    default:
      return "OTHER";
  }
}
