import { AppError } from "../../domain/error.ts";
import { GAP_REASON_MAX, type Gap } from "../../domain/gap.ts";
import { parseSymbol } from "../../domain/symbol.ts";
import type { Gap as GapMessage } from "../gen/tickerbell/v1/quote.ts";
import { durationFromProto, durationToProto } from "./duration.ts";
import { EARLIEST_MS, LONGEST_PERIOD_MS, SOURCE_FORM } from "./quote.ts";

/** A gap from the wire, checked whole; its reason is cut. Throws AppError INVALID_ARGUMENT. */
export function gapFromProto(message: GapMessage): Gap {
  const periodMs = durationFromProto(message.period);
  const startTimeMs = message.startTime?.getTime() ?? NaN;
  const endTimeMs = message.endTime?.getTime() ?? NaN;
  const isSound =
    parseSymbol(message.symbol) === message.symbol &&
    SOURCE_FORM.test(message.source) &&
    periodMs >= 0 &&
    periodMs <= LONGEST_PERIOD_MS &&
    startTimeMs >= EARLIEST_MS &&
    endTimeMs > startTimeMs;
  if (!isSound)
    throw AppError.invalidField("batch.gaps", "FIELD_INVALID", "must hold gaps of a symbol, source and time");
  const { symbol, source } = message;
  return { symbol, source, periodMs, startTimeMs, endTimeMs, reason: message.reason.slice(0, GAP_REASON_MAX) };
}

/** A gap for the wire. */
export function gapToProto({ symbol, source, periodMs, startTimeMs, endTimeMs, reason }: Gap): GapMessage {
  const period = periodMs === 0 ? undefined : durationToProto(periodMs);
  return { symbol, source, period, startTime: new Date(startTimeMs), endTime: new Date(endTimeMs), reason };
}
