// That a symbol's price is doubted, in the few words in which everything tells it that shows the price or an alert on it.
import { likenessOf } from "../../domain/judging/hold-notice.ts";
import type { Alert, AlertSymbolState } from "../../proto/gen/tickerbell/v1/alert.ts";
import { PriceStanding, type PriceDoubt } from "../../proto/gen/tickerbell/v1/quote.ts";
import { renderTime } from "../render/time.ts";
import { wrapFields } from "../render/wrapped-fields.ts";
import { priceText } from "./price-text.ts";
import { isWatching } from "./watching.ts";

/** A symbol, and the doubt about its price, if there is one. */
interface DoubtedSymbol {
  readonly symbol: string;
  readonly doubt: PriceDoubt | undefined;
}

/** Where an alert stands for a symbol, and the doubt about its price. */
type StandingSymbol = Pick<AlertSymbolState, "state" | "doubt">;

/** In a word: `HOLD`. */
export function standingText({ standing }: PriceDoubt): string {
  return standing === PriceStanding.HELD ? "HOLD" : "QUARANTINED";
}

/** How a time is written: whole, or short as of a moment. */
type RenderTime = (time: Date | undefined) => string;

/** `HOLD since 14:31 UTC: 200.00 after 1400.00, like a 7:1 split`. */
export function doubtText(doubt: PriceDoubt, render: RenderTime = renderTime): string {
  const { standing, sinceTime, ratio } = doubt;
  const [doubted, accepted] = [priceText(doubt.doubtedPrice), priceText(doubt.acceptedPrice)];
  const what =
    standing === PriceStanding.HELD
      ? `${doubted} after ${accepted}, ${likenessOf(ratio)}`
      : `${doubted} after ${accepted}, asked again`;
  return `${standingText(doubt)} since ${render(sinceTime)}: ${what}`;
}

/** A line for each symbol whose price is doubted; none: nothing. */
export function doubtLines(symbols: readonly DoubtedSymbol[], width: number | null, render: RenderTime): string[] {
  const doubts = new Map(
    symbols.flatMap(({ symbol, doubt }) => (doubt === undefined ? [] : [[symbol, doubt] as const])),
  );
  if (doubts.size === 0) return [];
  const fields = [...doubts].map(([symbol, doubt]) => [symbol, doubtText(doubt, render)] as const);
  return wrapFields(fields, width).split("\n");
}

/** Of an alert the doubts that keep it from being judged, symbol by symbol. */
export function alertDoubts({ symbolStates }: Pick<Alert, "symbolStates">): readonly DoubtedSymbol[] {
  return symbolStates.filter(isDoubted);
}

/** What stands beside the state of what is not judged: `, on HOLD`; for what does not watch, nothing. */
export function doubtWord(states: readonly StandingSymbol[]): string {
  const doubts = states.filter(isDoubted).map(({ doubt }) => doubt);
  if (doubts.some((doubt) => doubt?.standing === PriceStanding.HELD)) return ", on HOLD";
  return doubts.length > 0 ? ", price doubted" : "";
}

function isDoubted({ state, doubt }: StandingSymbol): boolean {
  return doubt !== undefined && isWatching(state);
}
