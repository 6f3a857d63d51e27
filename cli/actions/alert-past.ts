import type { TimeMs } from "../../domain/time.ts";
import {
  AlertServiceService as alertService,
  ExplainAlertResponse,
  PreviewAlertRequest,
  PreviewAlertResponse,
  type SymbolExplanation,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import type { Gap } from "../../proto/gen/tickerbell/v1/quote.ts";
import type { Call } from "../call.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { alertFields } from "./alert-fields.ts";
import { alertFinder } from "./alert-finder.ts";
import type { AlertBacktestOptions, AlertExplainOptions, AlertOptions } from "./alert-options.ts";
import { explanationText } from "./explain-text.ts";
import { parseMoment, parseWhole } from "./parse-time.ts";
import { readGaps } from "./read-gaps.ts";
import { readPrices } from "./price-age-text.ts";
import { backtestText, previewText } from "./preview-text.ts";
import { latenessText, readFetchers } from "./supply.ts";

const MOST_JUDGEMENTS = 100;

/** `bell alerts preview`: what an alert would be, without making it. */
export async function previewAlert(call: Call, text: string, options: AlertOptions): Promise<void> {
  const preview = await askPreview(call, text, options, {});
  const { width, json } = call.output;
  const symbols = preview.symbols.map(({ symbol }) => symbol);
  const lateness = json ? "" : latenessText(symbols, await readFetchers(call.api), width);
  call.output.show(jsonFromMessage(PreviewAlertResponse, preview), () =>
    [previewText(preview, width), lateness].filter((part) => part !== "").join("\n\n"),
  );
}

/** `bell alerts backtest`: what it would have done, over any time that there are prices of. */
export async function backtestAlert(call: Call, text: string, options: AlertBacktestOptions): Promise<void> {
  const now = call.context.clock.now();
  const { since, until } = options;
  const preview = await askPreview(call, text, options, {
    startTime: since === undefined ? undefined : parseMoment("--since", since, now),
    endTime: until === undefined ? undefined : parseMoment("--until", until, now),
  });
  call.output.show(jsonFromMessage(PreviewAlertResponse, preview), () => backtestText(preview, call.output.width));
}

/** `bell alerts explain`: why it stands where it stands. */
export async function explainAlert(call: Call, given: string, { at, limit }: AlertExplainOptions): Promise<void> {
  const now = call.context.clock.now();
  const atTime = at === undefined ? undefined : parseMoment("--at", at, now);
  const most = limit === undefined ? 0 : parseWhole("--limit", limit, MOST_JUDGEMENTS);
  const id = await alertFinder(call).idFrom(given);
  const told = await call.api.unary(alertService.explainAlert, { id, atTime, limit: most });
  const { width, json } = call.output;
  const isPast = atTime !== undefined;
  const quotes =
    json || isPast
      ? []
      : await readPrices(
          call.api,
          told.symbols.map(({ symbol }) => symbol),
        );
  const gaps = json ? new Map<string, readonly Gap[]>() : await gapsShown(call, told.symbols, atTime?.getTime() ?? now);
  const view = { width, now, quotes, gaps };
  call.output.show(jsonFromMessage(ExplainAlertResponse, told), () => explanationText(told, view));
}

/** What is missing since the oldest judgement that is shown of each symbol. */
async function gapsShown(
  { api }: Call,
  symbols: readonly SymbolExplanation[],
  untilMs: TimeMs,
): Promise<ReadonlyMap<string, readonly Gap[]>> {
  const gaps = new Map<string, readonly Gap[]>();
  for (const { symbol, judgements } of symbols) {
    const fromMs = Math.min(...judgements.map(({ time }) => time?.getTime() ?? Infinity));
    gaps.set(symbol, await readGaps(api, symbol, fromMs, untilMs));
  }
  return gaps;
}

/** What the server says of an alert that is not made. */
export function askPreview(
  call: Call,
  text: string,
  options: AlertOptions,
  span: { readonly startTime?: Date | undefined; readonly endTime?: Date | undefined },
): Promise<PreviewAlertResponse> {
  const alert = alertFields(options, call.context.clock.now());
  return call.api.unary(alertService.previewAlert, PreviewAlertRequest.fromPartial({ alert, text, ...span }));
}
