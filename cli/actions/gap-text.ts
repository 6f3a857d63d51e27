import type { Gap } from "../../proto/gen/tickerbell/v1/quote.ts";

/** What is missing, each in two lines; empty for nothing. */
export function gapText(gaps: readonly Gap[]): string {
  return gaps.map((gap) => `No prices ${spanText(gap)}:\n  ${gap.reason || "the source gave none"}`).join("\n");
}

/** `from 2026-11-22 14:30 to 17:02 UTC`, with the second date where it is another one. */
function spanText({ startTime, endTime }: Gap): string {
  const [[fromDay, from], [untilDay, until]] = [startTime, endTime].map((time) => {
    const text = time?.toISOString() ?? "";
    return [text.slice(0, 10), text.slice(11, 16)] as const;
  }) as [readonly [string, string], readonly [string, string]];
  return `from ${fromDay} ${from} to ${fromDay === untilDay ? "" : `${untilDay} `}${until} UTC`;
}
