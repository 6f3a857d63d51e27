import { AppError } from "../../domain/error.ts";
import type { Gap } from "../../domain/gap.ts";
import { gapFromProto } from "../../proto/convert/gap.ts";
import type { Gap as GapMessage } from "../../proto/gen/tickerbell/v1/quote.ts";
import type { Log } from "../../runtime/log/log.ts";

const MOST_GAPS = 100;

/** The gaps of a batch; one that makes no sense is left out, for it would come again for ever. Throws INVALID_ARGUMENT for too many. */
export function soundGaps(messages: readonly GapMessage[], log: Log): readonly Gap[] {
  if (messages.length > MOST_GAPS) {
    throw AppError.invalidField("batch.gaps", "FIELD_INVALID", `must hold at most ${MOST_GAPS} gaps`);
  }
  return messages.flatMap((message) => {
    try {
      return [gapFromProto(message)];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.warn({ detail: error.message }, "a fetcher brought a gap that makes no sense: it is left out");
      return [];
    }
  });
}
