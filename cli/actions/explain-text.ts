import { durationFromProto } from "../../proto/convert/duration.ts";
import { AlertState } from "../../proto/gen/tickerbell/v1/alert.ts";
import type {
  ExplainAlertResponse,
  ExplainedJudgement,
  SymbolExplanation,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { SessionClass } from "../../proto/gen/tickerbell/v1/quote.ts";
import { renderAge } from "../render/age.ts";
import { enumName } from "../render/enum-name.ts";
import { renderTable, type Column } from "../render/table.ts";
import { renderTime } from "../render/time.ts";
import { wrapFields } from "../render/wrapped-fields.ts";
import { distanceText } from "./preview-text.ts";
import { priceText } from "./quote-text.ts";

const COLUMNS: readonly Column[] = [
  { title: "TIME" },
  { title: "CLOSE", align: "right" },
  { title: "AGE" },
  { title: "SESSION" },
  { title: "STATE" },
  { title: "WHY", wraps: true },
];

/** Why an alert stands where it stands, symbol by symbol. */
export function explanationText({ alert, symbols }: ExplainAlertResponse, width: number | null): string {
  return [alert?.sentence ?? "", ...symbols.map((one) => symbolText(one, width))].join("\n\n");
}

function symbolText(told: SymbolExplanation, width: number | null): string {
  const fields: [string, string][] = [
    [told.symbol, enumName(AlertState, told.state)],
    ...nextFields(told),
    ["mail", told.mailDetail === "" ? "goes at once" : told.mailDetail],
  ];
  if (told.heldSinceTime !== undefined) {
    fields.push(["HOLD", `its price is doubted since ${renderTime(told.heldSinceTime)}; an operator settles that`]);
  }
  const table = told.judgements.length === 0 ? "no price was judged yet" : judgementTable(told.judgements, width);
  return `${wrapFields(fields, width)}\n\n${table}`;
}

function nextFields({ state, nextChanges }: SymbolExplanation): [string, string][] {
  // What has expired is armed only after it was given a later end.
  const first = state === AlertState.EXPIRED ? "./bell alerts update ID --expires never, then " : "";
  if (nextChanges.length === 0) return [["next", `nothing by itself; ${first}./bell alerts resume arms it anew`]];
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
