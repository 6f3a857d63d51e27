import type { Alert } from "../../domain/alert.ts";
import { sentenceOf } from "../../domain/language/condition-sentence.ts";
import { FieldProblems } from "../../domain/field-problems.ts";
import { holdsAt } from "../../domain/judging/firing.ts";
import { DAY_MS, type TimeMs } from "../../domain/time.ts";
import { quoteToProto } from "../../proto/convert/quote.ts";
import {
  CreateAlertRequest,
  HistoryOrder,
  type PreviewAlertRequest,
  type PreviewAlertResponse,
  type SymbolPreview as SymbolPreviewMessage,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { distancePercent, nearestLevel } from "../history/distance.ts";
import type { HistoryStore, SymbolPreview } from "../history/history.ts";
import { alertFromRequest, type Making } from "./alert-request.ts";
import { timeFrom } from "./time-from.ts";

/** How far back the stored prices are played when nobody says. */
const USUAL_SPAN_MS = 30 * DAY_MS;

const ORDERS = { judged: HistoryOrder.JUDGED, time: HistoryOrder.TIME } as const;

/** What an alert would be, read and checked exactly as if it were made. Throws INVALID_ARGUMENT; and as HistoryStore.preview(). */
export async function previewAlert(
  history: HistoryStore,
  request: PreviewAlertRequest,
  making: Making,
): Promise<PreviewAlertResponse> {
  const { alert: wish, text } = request;
  const alert = alertFromRequest(CreateAlertRequest.fromPartial({ alert: wish, text }), making);
  const previews = await history.preview({ alert, ...spanFrom(request, making.eventNowMs) });
  return { sentence: sentenceOf(alert), symbols: previews.map((one) => previewToProto(alert, one)) };
}

function spanFrom(request: PreviewAlertRequest, eventNowMs: TimeMs): { startMs: TimeMs; endMs: TimeMs } {
  const problems = new FieldProblems();
  const endMs = problems.read("end_time", null, () => timeFrom(request.endTime, "end_time")) ?? Infinity;
  const usualStartMs = Math.min(endMs, eventNowMs) - USUAL_SPAN_MS;
  const startMs = problems.read("start_time", null, () => timeFrom(request.startTime, "start_time")) ?? usualStartMs;
  if (startMs >= endMs)
    problems.refuse({ field: "end_time", reason: "FIELD_INVALID", message: "must be later than start_time" });
  problems.check();
  return { startMs, endMs };
}

function previewToProto({ condition }: Alert, preview: SymbolPreview): SymbolPreviewMessage {
  const { lastQuote, startTimeMs, endTimeMs } = preview;
  const close = lastQuote?.quote.close ?? null;
  const level = close === null ? 0 : nearestLevel(condition, close);
  return {
    symbol: preview.symbol,
    lastQuote: lastQuote === null ? undefined : quoteToProto(lastQuote.quote, lastQuote.seq),
    nearestLevel: level,
    distancePercent: close === null ? 0 : distancePercent(close, level),
    alreadyTrue: close !== null && holdsAt(condition, close),
    fireCount: preview.fireCount,
    reminderCount: preview.reminderCount,
    backCount: preview.backCount,
    mailCount: preview.mailCount,
    fires: preview.fires.map(({ fireTimeMs, price, level: met, isMailed }) => {
      return { fireTime: new Date(fireTimeMs), price, level: met, isMailed };
    }),
    startTime: startTimeMs === null ? undefined : new Date(startTimeMs),
    endTime: endTimeMs === null ? undefined : new Date(endTimeMs),
    quoteCount: preview.quoteCount,
    order: preview.quoteCount === 0 ? HistoryOrder.UNSPECIFIED : ORDERS[preview.order],
  };
}
