import { AppError } from "../../domain/error.ts";
import { Alert, AlertState } from "../../proto/gen/tickerbell/v1/alert.ts";
import {
  AlertServiceService as alertService,
  CreateAlertRequest,
  SymbolPreview,
  UpdateAlertRequest,
  type PreviewAlertResponse,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { Notification } from "../../proto/gen/tickerbell/v1/notification.ts";
import type { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import type { Call } from "../call.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { UsageError } from "../usage-error.ts";
import { alertFields, alertMask } from "./alert-fields.ts";
import { alertFinder } from "./alert-finder.ts";
import type { AlertListOptions, AlertOptions, AlertPauseOptions, AlertUpdateOptions } from "./alert-options.ts";
import { askPreview } from "./alert-past.ts";
import { alertDetails, alertTable } from "./alert-text.ts";
import { filterFrom, stateOption, symbolOption, tagOption } from "./filter.ts";
import { readPages } from "./pages.ts";
import { parseComing } from "./parse-time.ts";
import { previewFields } from "./preview-text.ts";
import { readPrices } from "./price-age-text.ts";
import { lackText, latenessText, readFetchers, supplyOf, type Supply } from "./supply.ts";
import { readWaiting } from "./waiting-mail.ts";
import { watchedSymbols } from "./watching.ts";

const PAGE_SIZE = 50;
/** With --all: as much as the server gives at once. */
const LARGE_PAGE_SIZE = 1_000;

/** `bell alerts create`: the words go to the server as they are, which alone reads conditions. */
export async function createAlert(call: Call, text: string, options: AlertOptions): Promise<void> {
  const requestId = call.context.newId();
  const alert = alertFields(options, call.context.clock.now());
  const created = await call.api.unary(
    alertService.createAlert,
    CreateAlertRequest.fromPartial({ alert, text, requestId }),
  );
  const preview = await previewOf(call, text, options);
  const symbols = preview?.symbols ?? [];
  const document = { ...(jsonFromMessage(Alert, created) as object), preview: symbols.map(previewJson) };
  const { width, json } = call.output;
  const now = call.context.clock.now();
  const fetchers = json ? null : await readFetchers(call.api);
  const lateness = latenessText(symbolsOf(created), fetchers, width);
  call.output.show(document, () =>
    [alertDetails(created, { width, now }), previewFields(symbols, width), lateness]
      .filter((part) => part !== "")
      .join("\n\n"),
  );
  if (created.awaitsBaseline) noteLack(call, created.symbol, supplyOf(fetchers));
}

/** `bell alerts list` */
export async function listAlerts(call: Call, options: AlertListOptions): Promise<void> {
  const { repeat, tag } = options;
  const state = stateOption(options.state, AlertState);
  const filter = filterFrom({ symbol: symbolOption(options.symbol), state, repeat, tag: tagOption(tag) });
  const usage = { alertCount: 0, alertLimit: 0 };
  const pageSize = options.all === true ? LARGE_PAGE_SIZE : PAGE_SIZE;
  const { items, more } = await readPages(options.all === true, async (pageToken) => {
    const page = await call.api.unary(alertService.listAlerts, { filter, pageSize, pageToken });
    Object.assign(usage, { alertCount: page.alertCount, alertLimit: page.alertLimit });
    return { items: page.alerts, nextPageToken: page.nextPageToken };
  });
  const alerts = items.map((alert) => jsonFromMessage(Alert, alert));
  const { width } = call.output;
  const now = call.context.clock.now();
  const listing = { usage, asked: askedOf(options), more };
  const quotes = await pricesFor(call, items);
  call.output.show({ alerts, more, ...usage }, () => alertTable(items, listing, { width, now, quotes }));
  if (more) call.output.note("There are more: ./bell alerts list --all");
}

function askedOf({ symbol, state, repeat, tag }: AlertListOptions): string[] {
  return [
    ...(symbol === undefined ? [] : [`is for ${symbol.toUpperCase()}`]),
    ...(state === undefined ? [] : [`is ${state.toUpperCase()}`]),
    ...(repeat === undefined ? [] : [repeat === "once" ? "fires once" : "fires every time"]),
    ...(tag === undefined ? [] : [`has the tag ${tag}`]),
  ];
}

/** `bell alerts get` */
export async function getAlert(call: Call, given: string): Promise<void> {
  const id = await alertFinder(call).idFrom(given);
  const alert = await call.api.unary(alertService.getAlert, { id });
  const [quotes, waiting] = await Promise.all([pricesFor(call, [alert]), readWaiting(call.api, alert)]);
  const document = {
    ...(jsonFromMessage(Alert, alert) as object),
    waitingNotifications: waiting.map((one) => jsonFromMessage(Notification, one)),
  };
  const view = { width: call.output.width, now: call.context.clock.now(), quotes, waiting };
  call.output.show(document, () => alertDetails(alert, view));
}

/** `bell alerts pause` */
export async function pauseAlert(call: Call, given: string, { until }: AlertPauseOptions): Promise<void> {
  const now = call.context.clock.now();
  const untilTime = until === undefined ? undefined : parseComing("--until", until, now, "start");
  const id = await alertFinder(call).idFrom(given);
  showAlert(call, await call.api.unary(alertService.pauseAlert, { id, untilTime }));
}

/** `bell alerts resume` */
export async function resumeAlert(call: Call, given: string): Promise<void> {
  const id = await alertFinder(call).idFrom(given);
  showAlert(call, await call.api.unary(alertService.resumeAlert, { id }));
}

/** `bell alerts update`: only what was given is changed. */
export async function updateAlert(call: Call, given: string, text: string, options: AlertUpdateOptions): Promise<void> {
  const updateMask = alertMask(text, options);
  if (updateMask.length === 0) {
    throw new UsageError(
      "there is nothing to change",
      "give a new condition, or an option such as --repeat, --band, --expires or --note",
    );
  }
  const fields = alertFields(options, call.context.clock.now());
  const id = await alertFinder(call).idFrom(given);
  const alert = { ...fields, id, etag: options.etag ?? "" };
  showAlert(
    call,
    await call.api.unary(alertService.updateAlert, UpdateAlertRequest.fromPartial({ alert, updateMask, text })),
  );
}

/** `bell alerts delete` */
export async function deleteAlerts(call: Call, given: readonly string[]): Promise<void> {
  const finder = alertFinder(call);
  const ids: string[] = [];
  for (const one of given) ids.push(await finder.idFrom(one));
  const [first = ""] = ids;
  if (ids.length === 1) await call.api.unary(alertService.deleteAlert, { id: first, etag: "" });
  else await call.api.unary(alertService.batchDeleteAlerts, { ids });
  call.output.show({ deleted: ids }, () => ids.map((id) => `deleted ${id}`).join("\n"));
}

/** The alert is made, whatever comes of this: null, and a word aside, if it cannot be told. */
async function previewOf(call: Call, text: string, options: AlertOptions): Promise<PreviewAlertResponse | null> {
  try {
    return await askPreview(call, text, options, {});
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    call.output.note(`The alert is made. How often it would have fired cannot be told: ${error.message}`);
    return null;
  }
}

/** An older server tells the first only. */
function symbolsOf({ symbol, symbolStates }: Alert): readonly string[] {
  return symbolStates.length === 0 ? [symbol] : symbolStates.map((one) => one.symbol);
}

function previewJson(preview: SymbolPreview): unknown {
  return jsonFromMessage(SymbolPreview, preview);
}

/** An alert on what nothing brings would wait for ever: that is allowed, but said. */
function noteLack({ output }: Call, symbol: string, supply: Supply | null): void {
  const lack = lackText(symbol, supply);
  if (lack !== null) output.note(`Nothing brings ${symbol} now: ${lack}.`);
}

function showAlert({ output, context }: Call, alert: Alert): void {
  const view = { width: output.width, now: context.clock.now() };
  output.show(jsonFromMessage(Alert, alert), () => alertDetails(alert, view));
}

/** For people: what alerts go by, where they still watch. */
async function pricesFor({ api, output }: Call, alerts: readonly Alert[]): Promise<readonly Quote[]> {
  if (output.json) return [];
  return await readPrices(api, alerts.flatMap(watchedSymbols));
}
