import { formatPrice } from "../domain/price.ts";
import { MINUTE_MS } from "../domain/time.ts";
import type { Trigger } from "../proto/gen/tickerbell/v1/alert.ts";
import type { TriggerMail } from "../proto/gen/tickerbell/v1/notification_service.ts";
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

/** One alert that fired; an empty text is left out. */
interface TriggerLine {
  readonly sentence: string;
  /** With its currency. */
  readonly price: string;
  readonly level: string;
  readonly moment: string;
  /** How long before the mail was sealed; empty while that is nothing to speak of. */
  readonly late: string;
  readonly note: string;
  readonly source: string;
}

/** A mail is read on a phone: what is beyond is counted, and listed by the command that the mail names. */
const MOST_LINES = 50;
/** Less is the ordinary way from a price to a mail. */
const LATE_AFTER_MS = 2 * MINUTE_MS;
/** Above all that the contract allows; a line from elsewhere stays a line. */
const LINE_LIMIT = 300;
/** The source of simulated and replayed prices. */
const SIMULATOR = "simulator";

/** A trigger mail, ready for its templates. */
export function viewOfTriggers(mail: TriggerMail, notificationId: string): TriggerMailView {
  const sealMs = mail.sealTime?.getTime() ?? 0;
  const simulated = mail.triggers.some((trigger) => trigger.quote?.source === SIMULATOR);
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
  const [first, ...others] = triggers;
  const words =
    first !== undefined && others.length === 0
      ? `${symbol} ${priceOf(first)}: ${briefly(first)}`
      : `${symbol}: ${triggers.length} alerts fired`;
  return line(simulated ? `${words} (simulated)` : words);
}

/** The sentence without what the subject says already: the symbol, and how often the alert fires. */
function briefly({ symbol, sentence }: Trigger): string {
  const rest = sentence.startsWith(`${symbol} `) ? sentence.slice(symbol.length + 1) : sentence;
  return rest.replace(/, (?:once|every time)$/, "");
}

function lineOf(trigger: Trigger, sealMs: number): TriggerLine {
  const fireMs = trigger.fireTime?.getTime() ?? 0;
  const source = trigger.quote?.source ?? "";
  return {
    sentence: line(trigger.sentence),
    price: line(priceOf(trigger)),
    level: formatPrice(trigger.level),
    moment: renderMoment(fireMs),
    late: sealMs - fireMs > LATE_AFTER_MS ? renderSpan(sealMs - fireMs) : "",
    note: line(trigger.note),
    source: line(source === SIMULATOR ? "simulator, not the market" : source),
  };
}

function priceOf({ price, quote }: Trigger): string {
  return `${formatPrice(price)} ${quote?.currency ?? ""}`.trim();
}

function line(text: string): string {
  return plainLine(text, LINE_LIMIT);
}
