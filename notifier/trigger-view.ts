import { SIMULATOR_SOURCE } from "../domain/quote.ts";
import { noticeKind, type NoticeKind } from "../proto/convert/notice-kind.ts";
import type { Trigger } from "../proto/gen/tickerbell/v1/alert.ts";
import type { TriggerMail } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { levelOf } from "./alert-phrase.ts";
import { command, fact, told, type MailBlock, type MailFact, type MailRoom, type MailView } from "./mail-view.ts";
import { chartOf } from "./mail-chart.ts";
import { countNotices } from "./notice-words.ts";
import { plainLine } from "./plain-line.ts";
import { distance } from "./price-words.ts";
import { renderMomentFor } from "./render-moment.ts";
import { standingOf, type SymbolStanding } from "./symbol-standing.ts";
import { blockOf, name } from "./trigger-block.ts";
import { subjectOfDigest, subjectOfSymbol, type SubjectPart } from "./trigger-subject.ts";
import { waitWords } from "./wait-words.ts";

/** What is told of one symbol, the furthest past its level first. */
interface Part extends SubjectPart {
  readonly mail: TriggerMail;
  readonly standing: SymbolStanding;
}

/** What a mail about alerts is made of. */
interface Envelope {
  readonly notificationId: string;
  /** From which its pictures have their names. */
  readonly boundary: string;
  readonly room: MailRoom;
}

/** All but the longest names of a full digest. */
const NAMES_LIMIT = 1_000;

/** Fires come before what else there is to tell. */
const RANKS: readonly (NoticeKind | null)[] = [null, "STILL_TRUE", "BACK_TO_NORMAL"];

/** Alerts of one symbol, ready for the templates. */
export function viewOfTriggers(mail: TriggerMail, envelope: Envelope): MailView {
  const part = partOf(mail);
  const { triggers } = part;
  const isOne = triggers.length === 1;
  const [first, ...others] = blocksOf([part], envelope);
  const blocks = first === undefined ? [] : [isOne ? { ...first, headline: "" } : first, ...others];
  return {
    subject: subjectOfSymbol(part, isSimulated(triggers)),
    warning: warningOf(triggers),
    title: isOne ? (first?.headline ?? "") : `${name(mail.symbol)}: ${summaryOf(triggers)}`,
    lead: leadFor(triggers),
    blocks,
    more: triggers.length - blocks.length,
    closing: closingOf(mail, name(mail.symbol), `./bell notifications get ${name(envelope.notificationId)}`),
  };
}

/** Alerts of several symbols; the symbol whose alert is the furthest past its level comes first. */
export function viewOfDigest(mails: readonly TriggerMail[], envelope: Envelope): MailView {
  const parts = mails.map(partOf).toSorted((a, b) => compare(a.triggers[0], b.triggers[0]));
  const triggers = parts.flatMap((part) => part.triggers);
  const blocks = blocksOf(parts, envelope);
  const [first] = mails;
  const symbols = `${parts.length} ${parts.length === 1 ? "symbol" : "symbols"}`;
  const closing = first === undefined ? [] : closingOf(first, "these symbols", "./bell notifications list");
  return {
    subject: subjectOfDigest(parts, isSimulated(triggers)),
    warning: warningOf(triggers),
    title: `Digest of ${symbols}: ${summaryOf(triggers)}`,
    lead: leadFor(triggers),
    blocks,
    more: triggers.length - blocks.length,
    closing: [...told([fact("Not shown", notShown(parts, blocks))]), ...closing],
  };
}

function partOf(mail: TriggerMail): Part {
  const triggers = mail.triggers.toSorted(compare);
  const standing = standingOf(mail);
  const [first] = triggers;
  const change = first === undefined ? "" : standing.change(first.price, first.quote);
  return { mail, symbol: mail.symbol, triggers, standing, change };
}

/** Each symbol has its first alert before another has its second. */
function blocksOf(parts: readonly Part[], { boundary, room }: Envelope): readonly MailBlock[] {
  const shown = parts.slice(0, room.blocks);
  const each = Math.max(1, Math.floor(room.blocks / Math.max(1, shown.length)));
  return shown.flatMap(({ mail, triggers, standing }, place) =>
    triggers.slice(0, each).map((trigger, at) => ({
      ...blockOf(trigger, standing, at === 0),
      heading: parts.length > 1 && at === 0 ? name(mail.symbol) : "",
      picture: at === 0 && place < room.pictures ? chartOf(mail, triggers, `chart${place + 1}.${boundary}`) : null,
    })),
  );
}

function notShown(parts: readonly Part[], blocks: readonly MailBlock[]): string {
  const shown = blocks.filter(({ heading }) => heading !== "").length;
  if (shown === 0 || shown >= parts.length) return "";
  const names = parts.slice(shown).map(({ symbol }) => name(symbol));
  return plainLine(names.join(", "), NAMES_LIMIT);
}

function closingOf(mail: TriggerMail, what: string, again: string): readonly MailFact[] {
  const zones = standingOf(mail).zones;
  const next = renderMomentFor(zones, mail.nextMailTime?.getTime() ?? NaN);
  return told([
    fact("Waited", waitWords(mail.holdReason, what)),
    fact(
      "Next mail",
      next === "" ? "" : `at the earliest about ${next}; what fires on ${what} meanwhile comes with it`,
    ),
    command("See again", again),
    command("All alerts", "./bell alerts list"),
    fact("Less mail", "./bell mail quiet-hours, ./bell mail snooze or ./bell mail digest"),
  ]);
}

/** `2 alerts fired, 1 alert expired`. */
function summaryOf(triggers: readonly Trigger[]): string {
  const kinds = triggers.map(({ kind }) => noticeKind(kind));
  const fires = kinds.filter((kind) => kind === null).length;
  const fired = fires === 0 ? [] : [`${fires} ${fires === 1 ? "alert" : "alerts"} fired`];
  const notices = countNotices(kinds.filter((kind) => kind !== null));
  return [...fired, ...(notices === "" ? [] : [notices])].join(", ");
}

function leadFor(triggers: readonly Trigger[]): string {
  const fires = triggers.filter(({ kind }) => noticeKind(kind) === null);
  if (fires.length < 2) return "";
  const reverted = fires.filter(({ hasReverted }) => hasReverted).length;
  const since = reverted === 0 ? "" : ` Reverted since: ${reverted} of ${fires.length}.`;
  return `The one furthest past its level comes first.${since}`;
}

function isSimulated(triggers: readonly Trigger[]): boolean {
  return triggers.some(({ quote }) => quote?.source === SIMULATOR_SOURCE);
}

function warningOf(triggers: readonly Trigger[]): string {
  if (!isSimulated(triggers)) return "";
  const isAll = triggers.every(({ quote }) => quote?.source === SIMULATOR_SOURCE);
  return isAll
    ? "SIMULATED: these prices are not the market's."
    : "SIMULATED: some of these prices are not the market's.";
}

/** Fires first, the furthest past its level first; what is not about a price last and in its order. */
function compare(a: Trigger | undefined, b: Trigger | undefined): number {
  const [left, right] = [rankOf(a), rankOf(b)];
  return left === right ? pastLevel(b) - pastLevel(a) : left - right;
}

function rankOf(trigger: Trigger | undefined): number {
  const rank = trigger === undefined ? -1 : RANKS.indexOf(noticeKind(trigger.kind));
  return rank === -1 ? RANKS.length : rank;
}

function pastLevel(trigger: Trigger | undefined): number {
  if (rankOf(trigger) === RANKS.length || trigger === undefined) return 0;
  const past = distance(trigger.price, levelOf(trigger));
  return Number.isFinite(past) ? past : 0;
}
