import type { Gap } from "../../proto/gen/tickerbell/v1/quote.ts";
import { renderCount } from "../render/count.ts";

const NO_REASON = "the source gave none";
/** So many gaps of a symbol are told one by one. */
const UNSEEN_SHOWN = 3;

/** What is missing, each in two lines; empty for nothing. */
export function gapText(gaps: readonly Gap[]): string {
  return gaps.map((gap) => `No prices ${spanText(gap)}:\n  ${gap.reason || NO_REASON}`).join("\n");
}

/** What nobody saw of a symbol, for a field: the newest of it, each in a line. */
export function unseenTexts(gaps: readonly Gap[]): string[] {
  const left = gaps.length - UNSEEN_SHOWN;
  const told = gaps.slice(-UNSEEN_SHOWN).map((gap) => `nothing was seen ${spanText(gap)}: ${gap.reason || NO_REASON}`);
  return left > 0 ? [`${renderCount(left, "earlier gap")} in the time that is shown`, ...told] : told;
}

/** `from 2026-11-22 14:30 to 17:02 UTC`, with the second date where it is another one. */
function spanText({ startTime, endTime }: Gap): string {
  const [[fromDay, from], [untilDay, until]] = [startTime, endTime].map((time) => {
    const text = time?.toISOString() ?? "";
    return [text.slice(0, 10), text.slice(11, 16)] as const;
  }) as [readonly [string, string], readonly [string, string]];
  return `from ${fromDay} ${from} to ${fromDay === untilDay ? "" : `${untilDay} `}${until} UTC`;
}
