import { formatPrice } from "../domain/price.ts";
import { SIMULATOR_SOURCE } from "../domain/quote.ts";
import { MINUTE_MS } from "../domain/time.ts";
import { durationFromProto } from "../proto/convert/duration.ts";
import { noticeKind, type NoticeKind } from "../proto/convert/notice-kind.ts";
import type { HoldNotice, Trigger } from "../proto/gen/tickerbell/v1/alert.ts";
import type { TriggerMail } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { countNotices, noticeWords, type NoticeFacts, type NoticeWords } from "./notice-words.ts";
import { plainLine } from "./plain-line.ts";
import { renderMoment, renderSpan } from "./render-moment.ts";

/** What the templates of a trigger mail are given: every field is one plain line. */
export interface TriggerMailView {
  readonly subject: string;
  readonly symbol: string;
  readonly simulated: boolean;
  readonly lines: readonly TriggerLine[];
  /** How many fired beyond those in `lines`. */
  readonly more: number;
  readonly notificationId: string;
}

/** One alert that fired, or of which there is something else to tell; an empty text is left out. */
interface TriggerLine {
  readonly sentence: string;
  /** With its currency; empty if it did not fire. */
  readonly price: string;
  readonly level: string;
  /** What became of it if it did not fire, and what its owner can do. */
  readonly notice: string;
  readonly mend: string;
  readonly moment: string;
  /** How long before the mail was sealed; empty while that is nothing to speak of. */
  readonly late: string;
  /** What the market did meanwhile, as the rest of that sentence; empty if it traded all the time. */
  readonly meanwhile: string;
  readonly note: string;
  readonly source: string;
}

/** A mail is read on a phone: what is beyond is counted, and listed by the command that the mail names. */
const MOST_LINES = 50;
/** Less is the ordinary way from a price to a mail. */
const LATE_AFTER_MS = 2 * MINUTE_MS;
/** Above all that a note can be filled with; a line from elsewhere stays a line. */
const LINE_LIMIT = 1_000;

/** How the sentence of a rule for several symbols begins. */
const ANY_OF = /^Any of [^ ,]+(?:, [^ ,]+)* /;

const NO_NOTICE = { notice: "", mend: "" };

/** A trigger mail, ready for its templates. */
export function viewOfTriggers(mail: TriggerMail, notificationId: string): TriggerMailView {
  const sealMs = mail.sealTime?.getTime() ?? 0;
  const simulated = mail.triggers.some((trigger) => trigger.quote?.source === SIMULATOR_SOURCE);
  return {
    subject: subjectOf(mail, simulated),
    symbol: line(mail.symbol),
    simulated,
    lines: mail.triggers.slice(0, MOST_LINES).map((trigger) => lineOf(trigger, sealMs)),
    more: Math.max(0, mail.triggers.length - MOST_LINES),
    notificationId: line(notificationId),
  };
}

function subjectOf({ symbol, triggers }: TriggerMail, simulated: boolean): string {
  const fires = triggers.filter(({ kind }) => noticeKind(kind) === null);
  const words = fires.length > 0 ? firesInBrief(symbol, fires) : `${symbol}: ${noticesIn(triggers)}`;
  return line(simulated ? `${words} (simulated)` : words);
}

/** Of one alert with what it waited for; a HOLD is of no one alert. */
function noticesIn(notices: readonly Trigger[]): string {
  const words = countNotices(notices.map(({ kind }) => noticeKind(kind) ?? "OTHER"));
  const [first, ...others] = notices;
  const isOneAlert = first !== undefined && others.length === 0 && !isOfSymbol(noticeKind(first.kind));
  return isOneAlert ? `${words}: ${briefly(first)}` : words;
}

function firesInBrief(symbol: string, fires: readonly Trigger[]): string {
  const [first, ...others] = fires;
  if (first === undefined || others.length > 0) return `${symbol}: ${fires.length} alerts fired`;
  return `${symbol} ${priceOf(first)}: ${briefly(first)}`;
}

/** The sentence without what the subject says already: the symbol, and how often the alert fires. */
function briefly({ symbol, sentence }: Trigger): string {
  const rest = sentence.startsWith(`${symbol} `) ? sentence.slice(symbol.length + 1) : sentence.replace(ANY_OF, "");
  return rest.replace(/, (?:once|every time).*$/, "");
}

function lineOf(trigger: Trigger, sealMs: number): TriggerLine {
  const fireMs = trigger.fireTime?.getTime() ?? 0;
  const source = trigger.quote?.source ?? "";
  const notice = noticeKind(trigger.kind);
  return {
    sentence: line(headline(trigger, notice)),
    price: notice === null ? line(priceOf(trigger)) : "",
    level: notice === null ? formatPrice(trigger.level) : "",
    ...(notice === null ? NO_NOTICE : wordsOf(notice, trigger)),
    moment: renderMoment(fireMs),
    ...latenessOf(trigger, sealMs - fireMs),
    note: isOfSymbol(notice) ? "" : line(trigger.note),
    source: line(source === SIMULATOR_SOURCE ? "simulator, not the market" : source),
  };
}

function latenessOf({ tradingDelay }: Trigger, lateMs: number): Pick<TriggerLine, "late" | "meanwhile"> {
  if (lateMs <= LATE_AFTER_MS) return { late: "", meanwhile: "" };
  const late = renderSpan(lateMs);
  const tradingMs = tradingDelay === undefined ? lateMs : durationFromProto(tradingDelay);
  if (tradingMs === 0) return { late, meanwhile: "; the market was closed meanwhile" };
  const isWhole = lateMs - tradingMs < MINUTE_MS;
  return { late, meanwhile: isWhole ? "" : `; the market traded for ${renderSpan(tradingMs)} of it` };
}

/** A HOLD is the symbol's, not that of the one alert by which it is told. */
function isOfSymbol(notice: NoticeKind | null): boolean {
  return notice === "HELD" || notice === "HOLD_ENDED";
}

/** The sentence; of a rule for many symbols not all their names. */
function headline({ symbol, sentence }: Trigger, notice: NoticeKind | null): string {
  if (isOfSymbol(notice)) return `${symbol} is on hold${notice === "HELD" ? "" : " no more"}`;
  return sentence.replace(ANY_OF, (list) => `${symbol} (any of ${list.split(",").length}) `);
}

function wordsOf(kind: NoticeKind, trigger: Trigger): NoticeWords {
  return noticeWords(kind, {
    alertId: line(trigger.alertId),
    symbol: line(trigger.symbol),
    price: line(priceOf(trigger)),
    hold: trigger.hold === undefined ? null : holdOf(trigger.hold, trigger),
  });
}

function holdOf({ acceptedPrice, heldPrice, ratio, end }: HoldNotice, { quote }: Trigger): NoticeFacts["hold"] {
  const told = (price: number): string => line(priceOf({ price, quote }));
  return { accepted: told(acceptedPrice), held: told(heldPrice), ratio, end };
}

function priceOf({ price, quote }: Pick<Trigger, "price" | "quote">): string {
  return `${formatPrice(price)} ${quote?.currency ?? ""}`.trim();
}

function line(text: string): string {
  return plainLine(text, LINE_LIMIT);
}
