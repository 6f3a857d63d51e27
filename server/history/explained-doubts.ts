// Where an alert is explained: what was not believed beside what was judged, and what a doubt means for what comes next.
import type { AlertSession } from "../../domain/alert.ts";
import { sessionsThatHear } from "../../domain/judging/hears-session.ts";
import type { PriceDoubt } from "../../domain/judging/price-check.ts";
import { formatPrice } from "../../domain/price.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { PastDoubt } from "./doubt-play.ts";
import type { ExplainedJudgement, NextChange } from "./history.ts";

/** Of doubts, those of an alert: in the time from its first judgement that is told to before `endMs`, and that it could hear of. */
interface DoubtSpan {
  readonly session: AlertSession;
  readonly startMs: TimeMs;
  readonly endMs: TimeMs;
}

/** Judgements and the doubts of their time together, oldest first as both are. */
export function withDoubts(
  judgements: readonly ExplainedJudgement[],
  doubts: readonly PastDoubt[],
  span: DoubtSpan,
): readonly ExplainedJudgement[] {
  const told = [...judgements];
  for (const doubt of doubts.filter((one) => concerns(one, span))) {
    const next = told.findIndex((one) => isAfter(one, doubt));
    const place = next < 0 ? told.length : next;
    const state = (told[place - 1] ?? told[place])?.state;
    if (state !== undefined) told.splice(place, 0, { ...rowOf(doubt), state });
  }
  return told;
}

/** What comes next for an alert that would wait for these changes. On HOLD nothing of it is judged, whatever the prices do. */
export function changesUnder(doubt: PriceDoubt | null, changes: readonly NextChange[]): readonly NextChange[] {
  if (doubt === null || changes.length === 0) return changes;
  const { symbol, kind, close, acceptedClose } = doubt;
  const accepted = formatPrice(acceptedClose);
  if (kind === "QUARANTINED") {
    return [
      hold(`not judged on ${formatPrice(close)} unless a later answer confirms it; judged again near ${accepted}`),
      ...changes,
    ];
  }
  return [
    hold(`nothing of ${symbol} is judged until its HOLD ends`),
    hold(
      `it ends when a price within 20 % of ${accepted} comes, or when who runs the server decides: ` +
        `./bell symbols release ${symbol} --accept, or --reject`,
    ),
  ];
}

/** Of one moment what was fetched later is after. */
function isAfter(one: ExplainedJudgement, doubt: PastDoubt): boolean {
  if (one.timeMs !== doubt.timeMs) return one.timeMs > doubt.timeMs;
  return (one.quote?.quote.fetchTimeMs ?? 0) > (doubt.quote?.quote.fetchTimeMs ?? 0);
}

function hold(detail: string): NextChange {
  return { effect: "hold", level: null, timeMs: null, detail };
}

/** A HOLD is every alert's; an odd price only theirs who would have heard it. */
function concerns({ reason, quote, timeMs, endMs }: PastDoubt, span: DoubtSpan): boolean {
  if (timeMs >= span.endMs || (endMs ?? Infinity) < span.startMs) return false;
  if (reason !== "PRICE_QUARANTINED" || quote === null) return true;
  return sessionsThatHear(quote.quote.sessionClass).includes(span.session);
}

function rowOf({ reason, quote, timeMs, detail }: PastDoubt): Omit<ExplainedJudgement, "state"> {
  const isWord = reason === "HOLD_ACCEPTED" || quote === null;
  return { reason, quote, timeMs, ageMs: isWord ? null : Math.max(0, quote.quote.fetchTimeMs - timeMs), detail };
}
