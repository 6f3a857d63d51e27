import type { TimeMs } from "../../domain/time.ts";
import { durationFromProto } from "../../proto/convert/duration.ts";
import type { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";

/** The moment a quote speaks of. */
export function asOfMs({ quoteTime, period, fetchTime }: Quote): TimeMs {
  const startMs = quoteTime?.getTime() ?? 0;
  const periodMs = durationFromProto(period);
  return periodMs === 0 ? startMs : Math.min(startMs + periodMs, fetchTime?.getTime() ?? Infinity);
}
