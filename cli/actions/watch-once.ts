// `bell watch --once`: how things stand, for people as a table wherever it goes, for programs as the lines with which a watch begins.
import { AppError } from "../../domain/error.ts";
import { AlertServiceService as alertService } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import type { Alert } from "../../proto/gen/tickerbell/v1/alert.ts";
import { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { QuoteServiceService as quoteService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { Api } from "../api.ts";
import type { Call } from "../call.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { alertsMissingText } from "../session/script-token.ts";
import { readSupply } from "./supply.ts";
import type { WatchState } from "./watch-state.ts";
import { renderLook } from "./watch-text.ts";

const MOST_ALERTS = 1_000;

/** Fills `state`, which is empty, and shows it. Throws what the server refuses. */
export async function lookOnce(call: Call, state: WatchState): Promise<void> {
  const { api, output, context } = call;
  const { quotes } = await api.unary(quoteService.listQuotes, { symbols: [...state.symbols] }, "anybody");
  for (const quote of quotes) {
    if (output.json) output.showItem({ quote: jsonFromMessage(Quote, quote) }, () => "");
    else state.takeQuote(quote);
  }
  if (output.json) return;
  await takeAlerts(call, state);
  if (state.awaited.length > 0) state.takeSupply(await readSupply(api));
  output.show(null, () => renderLook(state, context.clock.now(), output.width).join("\n"));
  if (state.user === "out") output.note(alertsMissingText(call.session));
}

/** The user's alerts that can fire, or are about to: of a rule for several symbols one may stand elsewhere than the rule. Throws AppError. */
export async function listWatchingAlerts(api: Api): Promise<readonly Alert[]> {
  const lists: (readonly Alert[])[] = [];
  for (const filter of ["state=ARMED", "state=PENDING"]) {
    lists.push((await api.unary(alertService.listAlerts, { filter, pageSize: MOST_ALERTS, pageToken: "" })).alerts);
  }
  return [...new Map(lists.flat().map((alert) => [alert.id, alert])).values()];
}

/** Prices are for everybody: no log-in, or one that has ended, is no fault. */
async function takeAlerts({ api, session }: Call, state: WatchState): Promise<void> {
  state.user = "out";
  if ((await session.tokenIfAny()) === null) return;
  try {
    state.takeAlerts(await listWatchingAlerts(api));
    state.user = "in";
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "UNAUTHENTICATED") throw error;
  }
}
