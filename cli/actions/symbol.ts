import {
  HeldSymbol,
  HoldVerdict,
  OperatorServiceService as operatorService,
} from "../../proto/gen/tickerbell/v1/operator_service.ts";
import type { Call } from "../call.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { renderTable, type Column } from "../render/table.ts";
import { renderTime } from "../render/time.ts";
import { UsageError } from "../usage-error.ts";
import { priceText } from "./quote-text.ts";

/** What `bell symbols release` takes: exactly one of them. */
export interface ReleaseOptions {
  readonly accept?: boolean;
  readonly reject?: boolean;
}

const COLUMNS: readonly Column[] = [
  { title: "SYMBOL" },
  { title: "SINCE" },
  { title: "OLD PRICE", align: "right" },
  { title: "NEW PRICE", align: "right" },
  { title: "" },
  { title: "LOOKS LIKE" },
];

/** `bell symbols held` */
export async function listHeldSymbols({ api, output }: Call): Promise<void> {
  const { symbols } = await api.unary(operatorService.listHeldSymbols, {}, "anybody");
  const json = symbols.map((one) => jsonFromMessage(HeldSymbol, one));
  output.show({ symbols: json }, () =>
    symbols.length === 0 ? "No symbol is on HOLD." : heldTable(symbols, output.width),
  );
}

/** `bell symbols release`. Throws UsageError unless it is said what becomes of the price. */
export async function releaseSymbol({ api, output }: Call, text: string, options: ReleaseOptions): Promise<void> {
  const { accept = false, reject = false } = options;
  if (accept === reject) {
    throw new UsageError("say --accept or --reject: what becomes of the new price", "./bell symbols release --help");
  }
  const symbol = text.toUpperCase();
  const verdict = accept ? HoldVerdict.ACCEPT : HoldVerdict.REJECT;
  await api.unary(operatorService.releaseSymbol, { symbol, verdict }, "anybody");
  const what = accept ? "judging begins anew from the new price" : "judging goes on from the old price";
  output.show({ symbol, verdict: accept ? "ACCEPT" : "REJECT" }, () => `${symbol} is on HOLD no more: ${what}.`);
}

function heldTable(symbols: readonly HeldSymbol[], width: number | null): string {
  const rows = symbols.map(({ symbol, holdTime, acceptedPrice, newestQuote, ratio }) => [
    symbol,
    renderTime(holdTime),
    priceText(acceptedPrice),
    newestQuote === undefined ? "" : priceText(newestQuote.close),
    newestQuote?.currency ?? "",
    ratio,
  ]);
  const mend = "Right (a split): ./bell symbols release SYMBOL --accept. Wrong: --reject.";
  return `${renderTable(COLUMNS, rows, width)}\n\n${mend}`;
}
