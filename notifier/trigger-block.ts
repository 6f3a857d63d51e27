// What a mail tells of one alert: first what happened and the price, then how far, when, how fresh, from where, and what can be done.
import { SIMULATOR_SOURCE } from "../domain/quote.ts";
import { MINUTE_MS } from "../domain/time.ts";
import { durationFromProto } from "../proto/convert/duration.ts";
import { noticeKind } from "../proto/convert/notice-kind.ts";
import { TriggerKind, type Trigger } from "../proto/gen/tickerbell/v1/alert.ts";
import { headlineOf, isOver, levelOf, revertedClause } from "./alert-phrase.ts";
import { command, fact, told, type MailBlock, type MailFact } from "./mail-view.ts";
import { isOfSymbol, isPriced, noticeWords, type NoticeFacts, type NoticeWords } from "./notice-words.ts";
import { plainLine } from "./plain-line.ts";
import { distanceText, priceText } from "./price-words.ts";
import { renderMomentFor, renderSpan } from "./render-moment.ts";
import type { SymbolStanding } from "./symbol-standing.ts";

/** An alert of which something is told. */
export type BlockOfAlert = Pick<MailBlock, "headline" | "price" | "change" | "way" | "facts">;

/** Above all that a note can be filled with; a line from elsewhere stays a line. */
const LINE_LIMIT = 1_000;
/** Above the longest sentence of one symbol. */
const HEADLINE_LIMIT = 400;
/** Symbols, sources, currencies, ids. */
const NAME_LIMIT = 64;
/** Less is the ordinary way from a price to a server. */
const LATE_AFTER_MS = 2 * MINUTE_MS;

const NO_NOTICE = { notice: "", mend: "" };

/** The block of a trigger; the first one of its symbol tells the newest price, too. */
export function blockOf(trigger: Trigger, symbol: SymbolStanding, isFirst: boolean): BlockOfAlert {
  const notice = noticeKind(trigger.kind);
  const isAboutPrice = isPriced(notice);
  const words = notice === null ? NO_NOTICE : noticeText(trigger);
  const source = trigger.quote?.source ?? "";
  const change = isAboutPrice ? symbol.change(trigger.price, trigger.quote) : "";
  const facts = [
    fact("Notice", words.notice),
    fact("To do", words.mend),
    fact("Level", isAboutPrice ? line(distanceText(trigger.price, levelOf(trigger), currencyOf(trigger))) : ""),
    fact("When", renderMomentFor(symbol.zones, momentOf(trigger.fireTime))),
    fact("Now", isAboutPrice ? nowText(trigger, symbol, isFirst) : ""),
    fact("Age", ageText(trigger, symbol.sealMs)),
    fact("Source", source === SIMULATOR_SOURCE ? "simulator, not the market" : name(source)),
    fact("Note", isOfSymbol(notice) ? "" : line(trigger.note)),
    ...(isAboutPrice ? commandsFor(trigger) : []),
  ];
  return {
    headline: plainLine(isOfSymbol(notice) ? holdHeadline(trigger) : headlineOf(trigger), HEADLINE_LIMIT),
    price: isAboutPrice ? priceWithCurrency(trigger, trigger.price) : "",
    change,
    way: wayOf(change),
    facts: told(facts),
  };
}

/** A name from elsewhere. */
export function name(text: string): string {
  return plainLine(text, NAME_LIMIT);
}

function line(text: string): string {
  return plainLine(text, LINE_LIMIT);
}

function currencyOf({ quote }: Trigger): string {
  return name(quote?.currency ?? "");
}

function priceWithCurrency(trigger: Trigger, price: number): string {
  return priceText(price, currencyOf(trigger));
}

function momentOf(time: Date | undefined): number {
  return time?.getTime() ?? NaN;
}

function wayOf(change: string): MailBlock["way"] {
  if (change.startsWith("+")) return "up";
  return change.startsWith("-") ? "down" : "none";
}

/** What has become of the price since; empty while that is nothing to speak of. */
function nowText(trigger: Trigger, { latestPrice, latestChange }: SymbolStanding, isFirst: boolean): string {
  const hasMoved = Number.isFinite(latestPrice) && latestPrice !== trigger.price;
  const isToBeTold = hasMoved && (isFirst || trigger.hasReverted);
  const change = latestChange === "" ? "" : ` (${latestChange})`;
  const price = isToBeTold ? `${priceWithCurrency(trigger, latestPrice)}${change}` : "";
  if (!trigger.hasReverted) return price;
  const since = `${revertedClause(trigger, latestPrice)} since`;
  return line(price === "" ? since : `${since}: ${price}`);
}

/** How old the price was when it came, and when the mail was made; nothing if the clocks do not agree. */
function ageText(trigger: Trigger, sealMs: number): string {
  const fireMs = momentOf(trigger.fireTime);
  const lateMs = sealMs - fireMs;
  if (!(lateMs >= 0)) return "";
  const fetchedMs = momentOf(trigger.quote?.fetchTime) - fireMs;
  const fetched = fetchedMs > LATE_AFTER_MS && fetchedMs <= lateMs ? `${renderSpan(fetchedMs)} when it came, ` : "";
  return `${fetched}${renderSpan(lateMs)} when this mail was made${meanwhile(trigger, lateMs)}`;
}

/** What the market did meanwhile, as the rest of the sentence; nothing if it traded all the time. */
function meanwhile({ tradingDelay }: Trigger, lateMs: number): string {
  if (lateMs <= LATE_AFTER_MS || tradingDelay === undefined) return "";
  const tradingMs = durationFromProto(tradingDelay);
  if (tradingMs === 0) return "; the market was closed meanwhile";
  return lateMs - tradingMs < MINUTE_MS ? "" : `; the market traded for ${renderSpan(tradingMs)} of it`;
}

/** What fires once is over: it can only be armed anew. */
function commandsFor(trigger: Trigger): readonly MailFact[] {
  const id = name(trigger.alertId);
  const rest = isOver(trigger)
    ? command("Again", `./bell alerts resume ${id}`)
    : command("Pause", `./bell alerts pause ${id}`);
  return id === "" ? [] : [rest, command("Delete", `./bell alerts delete ${id}`)];
}

function holdHeadline({ symbol, kind }: Trigger): string {
  return `${symbol} is on hold${kind === TriggerKind.HELD ? "" : " no more"}`;
}

function noticeText(trigger: Trigger): NoticeWords {
  const { hold } = trigger;
  const facts: NoticeFacts = {
    alertId: name(trigger.alertId),
    symbol: name(trigger.symbol),
    price: priceWithCurrency(trigger, trigger.price),
    hold:
      hold === undefined
        ? null
        : {
            accepted: priceWithCurrency(trigger, hold.acceptedPrice),
            held: priceWithCurrency(trigger, hold.heldPrice),
            ratio: name(hold.ratio),
            end: hold.end,
          },
  };
  const kind = noticeKind(trigger.kind);
  const { notice, mend } = kind === null ? NO_NOTICE : noticeWords(kind, facts);
  return { notice: line(notice), mend: line(mend) };
}
