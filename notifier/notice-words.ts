// What a mail tells beside fires: in a few words what became of an alert, and what its owner can do.
import { likenessOf } from "../domain/judging/hold-notice.ts";
import type { NoticeKind } from "../proto/convert/notice-kind.ts";
import { HoldEnd } from "../proto/gen/tickerbell/v1/alert.ts";

/** What happened, and what to do. */
export interface NoticeWords {
  readonly notice: string;
  readonly mend: string;
}

/** Of what a notice tells; all texts are plain lines, prices with their currency. */
export interface NoticeFacts {
  readonly alertId: string;
  readonly symbol: string;
  /** At which it stands; at the end of a HOLD that from which judging goes on. */
  readonly price: string;
  /** Null for what is no HOLD's, and for a HOLD of an older server. */
  readonly hold: HoldFacts | null;
}

/** What a HOLD is about. */
interface HoldFacts {
  /** The last accepted price, and the one that began the HOLD. */
  readonly accepted: string;
  readonly held: string;
  /** Such as "7 for 1". */
  readonly ratio: string;
  readonly end: HoldEnd;
}

/** A fire, or what it has come to since: its price is told. */
export function isPriced(notice: NoticeKind | null): boolean {
  return notice === null || notice === "STILL_TRUE" || notice === "BACK_TO_NORMAL";
}

/** A HOLD is the symbol's, not that of the one alert by which it is told. */
export function isOfSymbol(notice: NoticeKind | null): boolean {
  return notice === "HELD" || notice === "HOLD_ENDED";
}

/** What became of an alert, and what its owner can do. */
export function noticeWords(kind: NoticeKind, facts: NoticeFacts): NoticeWords {
  const { alertId } = facts;
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
    case "STILL_TRUE":
      return {
        notice: "it fired, and its condition still holds; you asked to be reminded",
        mend: `nothing; to be reminded no more: ./bell alerts update ${alertId} --remind-every off`,
      };
    case "BACK_TO_NORMAL":
      return {
        notice: "it fired, and the price is back; you asked to be told",
        mend: `nothing; to be told no more: ./bell alerts update ${alertId} --no-tell-back`,
      };
    case "HELD":
      return heldWords(facts);
    case "HOLD_ENDED":
      return { notice: endText(facts), mend: endMend(facts) };
    case "OTHER":
      return { notice: "something became of it that this mail has no words for", mend: `./bell alerts get ${alertId}` };
  }
}

function heldWords({ symbol, price, hold }: NoticeFacts): NoticeWords {
  const unjudged = `nothing of ${symbol} is judged until that is settled`;
  if (hold === null) {
    const mend = "nothing; a person who runs the server decides";
    return { notice: `its price, ${price}, looks like a split or an error; ${unjudged}`, mend };
  }
  return {
    notice: `its price is ${hold.held} after ${hold.accepted}, ${likenessOf(hold.ratio)}; ${unjudged}`,
    mend: `nothing; a person who runs the server decides, or a price near ${hold.accepted} comes back`,
  };
}

function endText({ price, hold }: NoticeFacts): string {
  switch (hold?.end) {
    case HoldEnd.ACCEPTED:
      return `${price} was found right; alerts that wait are armed anew on it, and the change itself fires nothing`;
    case HoldEnd.REJECTED:
      return `${hold.held} was found wrong; judging goes on from ${price}`;
    case HoldEnd.PRICE_BACK:
      return `a price came that is believed, ${price}; judging goes on as if nothing had been in between`;
    default:
      return `judging goes on from ${price}`;
  }
}

function endMend({ symbol, hold }: NoticeFacts): string {
  if (hold?.end !== HoldEnd.ACCEPTED) return "nothing";
  return `see whether your levels suit the new price: ./bell alerts list --symbol ${symbol}`;
}

/** `on hold, 2 alerts expired`. */
export function countNotices(kinds: readonly NoticeKind[]): string {
  const count = (kind: NoticeKind, deed: string): string[] => {
    const number = kinds.filter((one) => one === kind).length;
    return number === 0 ? [] : [`${number} ${number === 1 ? "alert" : "alerts"} ${deed}`];
  };
  const last = kinds.findLast((kind) => kind === "HELD" || kind === "HOLD_ENDED");
  const held = last === undefined ? [] : [last === "HELD" ? "on hold" : "hold over"];
  const since = [...count("STILL_TRUE", "still true"), ...count("BACK_TO_NORMAL", "back to normal")];
  const counted = [
    ...since,
    ...count("EXPIRED", "expired"),
    ...count("STOPPED", "stopped"),
    ...count("OTHER", "changed"),
  ];
  return [...held, ...counted].join(", ");
}
