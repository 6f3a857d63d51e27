import { AppError } from "../../domain/error.ts";
import type { Gap } from "../../domain/gap.ts";
import { formatMoment } from "../../domain/moment-text.ts";
import { MINUTE_MS } from "../../domain/time.ts";
import { gapFromProto } from "../../proto/convert/gap.ts";
import type { Gap as GapMessage } from "../../proto/gen/tickerbell/v1/quote.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { Ingest } from "../ingest.ts";

const MOST_GAPS = 100;
/** So far may a fetcher's clock be ahead: a gap is told once, and one of a time to come would tell of prices that nobody can miss yet. */
const AHEAD_MS = 5 * MINUTE_MS;

/** The gaps of a batch; one that makes no sense is left out, for it would come again for ever. Throws INVALID_ARGUMENT for too many. */
export function soundGaps(
  messages: readonly GapMessage[],
  ingest: Pick<Ingest, "hasReached">,
  log: Log,
): readonly Gap[] {
  if (messages.length > MOST_GAPS) {
    throw AppError.invalidField("batch.gaps", "FIELD_INVALID", `must hold at most ${MOST_GAPS} gaps`);
  }
  return messages.flatMap((message) => {
    try {
      const gap = gapFromProto(message);
      if (ingest.hasReached(gap.endTimeMs - AHEAD_MS)) return [gap];
      const problem = `must hold gaps that are over, none until ${formatMoment(gap.endTimeMs)}`;
      throw AppError.invalidField("batch.gaps", "FIELD_INVALID", problem);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.warn({ detail: error.message }, "a fetcher brought a gap that makes no sense: it is left out");
      return [];
    }
  });
}
