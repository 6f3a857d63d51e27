import {
  HeldSymbol,
  HoldVerdict,
  OperatorServiceService as operatorService,
} from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { likenessOf } from "../../domain/judging/hold-notice.ts";
import { parsePrice } from "../../domain/price.ts";
import type { Call } from "../call.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { renderTable, type Column } from "../render/table.ts";
import { renderTime } from "../render/time.ts";
import { UsageError } from "../usage-error.ts";
import { priceText } from "./price-text.ts";

/** What `bell symbols release` takes: exactly one of the first two. */
export interface ReleaseOptions {
  readonly accept?: boolean;
  readonly reject?: boolean;
  /** The new price that was seen, as typed. */
  readonly price?: string;
}

/** Sources mistake a currency for its hundredth part; a split of that size is rare. */
const HUNDREDFOLD: ReadonlyMap<string, string> = new Map([
  ["100 for 1", "pounds for pence, or a 100:1 split"],
  ["1 for 100", "pence for pounds, or a 1:100 reverse split"],
]);
const COLUMNS: readonly Column[] = [
  { title: "SYMBOL" },
  { title: "SINCE" },
  { title: "OLD PRICE", align: "right" },
  { title: "NEW PRICE", align: "right" },
  { title: "" },
  { title: "LOOKS LIKE", wraps: true },
];

/** `bell symbols held` */
export async function listHeldSymbols({ api, output }: Call): Promise<void> {
  const { symbols } = await api.unary(operatorService.listHeldSymbols, {}, "anybody");
  const json = symbols.map((one) => jsonFromMessage(HeldSymbol, one));
  output.show({ symbols: json }, () =>
    symbols.length === 0 ? "No symbol is on HOLD." : heldTable(symbols, output.width),
  );
}

/**
 * `bell symbols release`. The server learns which price was seen (the one that was typed, else the newest, which the answer shows) and
 * refuses if it is another by then. Throws UsageError unless it is said what becomes of the price.
 */
export async function releaseSymbol({ api, output }: Call, text: string, options: ReleaseOptions): Promise<void> {
  const symbol = text.toUpperCase();
  const verdict = verdictFrom(symbol, options);
  const seenPrice = options.price === undefined ? await newestPrice(api, symbol) : parsePrice(options.price).price;
  await api.unary(operatorService.releaseSymbol, { symbol, verdict, seenPrice }, "anybody");
  const isAccepted = verdict === HoldVerdict.ACCEPT;
  const price = seenPrice === 0 ? "" : `, ${priceText(seenPrice)}`;
  const what = isAccepted
    ? `judging begins anew from the new price${price}`
    : "judging goes on from the old price.\nThe next price like the rejected one puts it on HOLD again";
  output.show({ symbol, verdict: isAccepted ? "ACCEPT" : "REJECT", seenPrice }, () => {
    return `${symbol} is on HOLD no more: ${what}.`;
  });
}

/** The doubted price of a symbol on HOLD; 0 if there is none: then the server says so. */
async function newestPrice(api: Call["api"], symbol: string): Promise<number> {
  const { symbols } = await api.unary(operatorService.listHeldSymbols, {}, "anybody");
  return symbols.find((one) => one.symbol === symbol)?.newestQuote?.close ?? 0;
}

function verdictFrom(symbol: string, { accept = false, reject = false }: ReleaseOptions): HoldVerdict {
  if (accept !== reject) return accept ? HoldVerdict.ACCEPT : HoldVerdict.REJECT;
  const message = accept
    ? "--accept or --reject, not both: the new price is either right or wrong"
    : "--accept or --reject is missing: whether the new price is right or wrong";
  const hint = `./bell symbols held shows both prices; then ./bell symbols release ${symbol} --accept, or --reject`;
  throw new UsageError(message, hint);
}

/** What the change looks like: `like a 7:1 split`, `100 times lower (like pounds for pence, or a 100:1 split)`. */
function likenessText(ratio: string): string {
  const meant = HUNDREDFOLD.get(ratio);
  return meant === undefined ? likenessOf(ratio) : `${likenessOf(ratio)} (like ${meant})`;
}

function heldTable(symbols: readonly HeldSymbol[], width: number | null): string {
  const rows = symbols.map(({ symbol, holdTime, acceptedPrice, newestQuote, ratio }) => [
    symbol,
    renderTime(holdTime),
    priceText(acceptedPrice),
    newestQuote === undefined ? "" : priceText(newestQuote.close),
    newestQuote?.currency ?? "",
    likenessText(ratio),
  ]);
  const mend =
    "Right (a split): ./bell symbols release SYMBOL --accept --price NEW_PRICE.\nWrong: --reject. Refused if the price is no longer near NEW_PRICE.";
  return `${renderTable(COLUMNS, rows, width)}\n\n${mend}`;
}
