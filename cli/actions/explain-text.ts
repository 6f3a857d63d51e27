import type { TimeMs } from "../../domain/time.ts";
import { durationFromProto } from "../../proto/convert/duration.ts";
import { AlertState, type Alert } from "../../proto/gen/tickerbell/v1/alert.ts";
import type {
  ExplainAlertResponse,
  ExplainedJudgement,
  SymbolExplanation,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { SessionClass, type Gap, type Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { renderAge } from "../render/age.ts";
import { enumName } from "../render/enum-name.ts";
import { shortIds } from "../render/short-ids.ts";
import { renderTable, type Column } from "../render/table.ts";
import { renderTime } from "../render/time.ts";
import { wrapFields, wrapText } from "../render/wrapped-fields.ts";
import { tellingText } from "./alert-words.ts";
import { doubtText, doubtWord } from "./doubt-text.ts";
import { unseenTexts } from "./gap-text.ts";
import { mailText } from "./explain-mail-text.ts";
import { oldPriceTexts } from "./price-age-text.ts";
import { distanceText } from "./preview-text.ts";
import { priceText } from "./price-text.ts";

const COLUMNS: readonly Column[] = [
  { title: "TIME", wraps: true },
  { title: "CLOSE", align: "right" },
  { title: "AGE" },
  { title: "SESSION" },
  { title: "STATE" },
  { title: "WHY", wraps: true },
];

const LEGEND =
  "AGE: how old the price was when it was judged. SESSION: the part of the trading day it is of (pre, regular, post or closed; always: it knows no trading hours).";

interface ExplanationView {
  readonly width: number | null;
  readonly now: TimeMs;
  /** The newest prices; those that are not told are not called old. */
  readonly quotes?: readonly Quote[];
  /** What is missing within the time that is shown, by symbol. */
  readonly gaps?: ReadonlyMap<string, readonly Gap[]>;
}

/** Why an alert stands where it stands as of `now`, symbol by symbol. */
export function explanationText(
  { alert, symbols }: ExplainAlertResponse,
  { width, now, quotes = [], gaps = new Map() }: ExplanationView,
): string {
  const hasPrices = symbols.some(({ judgements }) => judgements.some(({ quote }) => quote !== undefined));
  return [
    alert === undefined ? "" : `${alert.sentence}${tellingText(alert)}`,
    ...symbols.map((one) => {
      const ages = oldPriceTexts(
        quotes.filter(({ symbol }) => symbol === one.symbol),
        now,
      );
      const unseen = unseenTexts(gaps.get(one.symbol) ?? []);
      const mail = mailText(one, alert?.id ?? "", now);
      return symbolText(one, { arming: armingText(one, alert, now), ages, unseen, mail }, width);
    }),
    ...(hasPrices ? [wrapText(LEGEND, width).join("\n")] : []),
  ].join("\n\n");
}

/** What makes an alert watch again that does not. One whose time is over is armed only after it was given a later end. */
function armingText({ state }: SymbolExplanation, alert: Alert | undefined, now: TimeMs): string {
  const id = alert === undefined ? "ID" : shortIds([alert.id]).join("");
  const isOver = state === AlertState.EXPIRED || (alert?.expireTime?.getTime() ?? Infinity) <= now;
  const first = isOver ? `./bell alerts update ${id} --expires never, then ` : "";
  return `${first}./bell alerts resume ${id} arms it anew`;
}

/** What makes it watch again; how old its price is, and what was not seen, if that is to be said; how its mail stands. */
interface Around {
  readonly arming: string;
  readonly mail: string;
  readonly ages: readonly string[];
  readonly unseen: readonly string[];
}

function symbolText(told: SymbolExplanation, { arming, ages, unseen, mail }: Around, width: number | null): string {
  const fields: [string, string][] = [
    [told.symbol, `${enumName(AlertState, told.state)}${doubtWord([told])}`],
    ...(told.doubt === undefined ? [] : [["price", doubtText(told.doubt)] as [string, string]]),
    ...ages.map((age): [string, string] => ["price", age]),
    ...unseen.map((gap): [string, string] => ["gap", gap]),
    ...nextFields(told, arming),
    ["mail", mail],
  ];
  const table = told.judgements.length === 0 ? "no price was judged yet" : judgementTable(told.judgements, width);
  return `${wrapFields(fields, width)}\n\n${table}`;
}

function nextFields({ state, nextChanges }: SymbolExplanation, arming: string): [string, string][] {
  if (nextChanges.length === 0 || state === AlertState.EXPIRED) return [["next", `nothing by itself; ${arming}`]];
  return nextChanges.map(({ level, distancePercent, detail }) => [
    "next",
    level === 0 ? detail : `${detail} (${distanceText(distancePercent)})`,
  ]);
}

function judgementTable(judgements: readonly ExplainedJudgement[], width: number | null): string {
  const rows = judgements.map(({ quote, time, age, state, reason, detail }) => [
    renderTime(time),
    quote === undefined ? "-" : priceText(quote.close),
    age === undefined ? "-" : renderAge(durationFromProto(age)),
    quote === undefined ? "-" : enumName(SessionClass, quote.sessionClass).toLowerCase(),
    enumName(AlertState, state),
    `${reason}: ${detail}`,
  ]);
  return renderTable(COLUMNS, rows, width);
}
