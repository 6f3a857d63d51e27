// What a mail tells beside fires: in a few words what became of an alert, and what its owner can do.
import { TriggerKind } from "../proto/gen/tickerbell/v1/alert.ts";

/** OTHER: a newer server's, for which this version has no words. */
export type NoticeKind = "EXPIRED" | "STOPPED" | "HELD" | "OTHER";

/** What happened, and what to do. */
export interface NoticeWords {
  readonly notice: string;
  readonly mend: string;
}

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
    default:
      return "OTHER";
  }
}

/** All texts are plain lines; the price with its currency. */
export function noticeWords(
  kind: NoticeKind,
  { alertId, symbol, price }: { readonly alertId: string; readonly symbol: string; readonly price: string },
): NoticeWords {
  switch (kind) {
    case "EXPIRED":
      return {
        notice: "expired: its time is over, and it watches no more",
        mend: `./bell alerts update ${alertId} --expires 30d, then ./bell alerts resume ${alertId}`,
      };
    case "STOPPED":
      return {
        notice: "stopped: it fired 15 times within 3 minutes",
        mend: `./bell alerts resume ${alertId}, or with a wider band: ./bell alerts update ${alertId} --band 2`,
      };
    case "HELD":
      return {
        notice: `its price, ${price}, looks like a split or an error; no alert on ${symbol} is judged until that is settled`,
        mend: "nothing; whoever runs the server settles it (./bell symbols held)",
      };
    case "OTHER":
      return { notice: "something became of it that this mail has no words for", mend: `./bell alerts get ${alertId}` };
  }
}

/** `on hold, 2 alerts expired`. */
export function countNotices(kinds: readonly NoticeKind[]): string {
  const count = (kind: NoticeKind, deed: string): string[] => {
    const number = kinds.filter((one) => one === kind).length;
    return number === 0 ? [] : [`${number} ${number === 1 ? "alert" : "alerts"} ${deed}`];
  };
  const held = kinds.includes("HELD") ? ["on hold"] : [];
  const counted = [...count("EXPIRED", "expired"), ...count("STOPPED", "stopped"), ...count("OTHER", "changed")];
  return [...held, ...counted].join(", ");
}
