import { Alert, AlertState, AlreadyTrue, Repeat } from "../../proto/gen/tickerbell/v1/alert.ts";
import {
  AlertServiceService as alertService,
  CreateAlertRequest,
  UpdateAlertRequest,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import type { Call } from "../call.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { UsageError } from "../usage-error.ts";
import type { AlertListOptions, AlertOptions, AlertUpdateOptions } from "./alert-options.ts";
import { alertDetails, alertTable } from "./alert-text.ts";
import { filterFrom, stateOption, symbolOption } from "./filter.ts";
import { IdFinder } from "./find-id.ts";
import { readPages } from "./pages.ts";

const REPEAT = { once: Repeat.ONCE, every: Repeat.EVERY } as const;
const ALREADY_TRUE = { wait: AlreadyTrue.WAIT, fire: AlreadyTrue.FIRE, reject: AlreadyTrue.REJECT } as const;
const PAGE_SIZE = 50;
/** With --all: as much as the server gives at once. */
const LARGE_PAGE_SIZE = 1_000;

/** `bell alerts create`: the words go to the server as they are, which alone reads conditions. */
export async function createAlert(call: Call, text: string, options: AlertOptions): Promise<void> {
  const requestId = call.context.newId();
  const alert = fieldsFrom(options);
  const created = await call.api.unary(
    alertService.createAlert,
    CreateAlertRequest.fromPartial({ alert, text, requestId }),
  );
  showAlert(call, created);
}

/** `bell alerts list` */
export async function listAlerts(call: Call, options: AlertListOptions): Promise<void> {
  const { repeat } = options;
  const state = stateOption(options.state, AlertState);
  const filter = filterFrom({ symbol: symbolOption(options.symbol), state, repeat });
  const pageSize = options.all === true ? LARGE_PAGE_SIZE : PAGE_SIZE;
  const { items, more } = await readPages(options.all === true, async (pageToken) => {
    const page = await call.api.unary(alertService.listAlerts, { filter, pageSize, pageToken });
    return { items: page.alerts, nextPageToken: page.nextPageToken };
  });
  const alerts = items.map((alert) => jsonFromMessage(Alert, alert));
  call.output.show({ alerts, more }, () => alertTable(items, call.output.width));
  if (more) call.output.note("There are more: ./bell alerts list --all");
}

/** `bell alerts get` */
export async function getAlert(call: Call, given: string): Promise<void> {
  const id = await alertFinder(call).idFrom(given);
  showAlert(call, await call.api.unary(alertService.getAlert, { id }));
}

/** `bell alerts pause` */
export async function pauseAlert(call: Call, given: string): Promise<void> {
  const id = await alertFinder(call).idFrom(given);
  showAlert(call, await call.api.unary(alertService.pauseAlert, { id }));
}

/** `bell alerts resume` */
export async function resumeAlert(call: Call, given: string): Promise<void> {
  const id = await alertFinder(call).idFrom(given);
  showAlert(call, await call.api.unary(alertService.resumeAlert, { id }));
}

/** `bell alerts update`: only what was given is changed. */
export async function updateAlert(call: Call, given: string, text: string, options: AlertUpdateOptions): Promise<void> {
  const updateMask = maskFrom(text, options);
  if (updateMask.length === 0) {
    throw new UsageError(
      "there is nothing to change",
      "give a new condition, --repeat, --already-true, --band or --note",
    );
  }
  const id = await alertFinder(call).idFrom(given);
  const alert = { ...fieldsFrom(options), id, etag: options.etag ?? "" };
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

function alertFinder({ api }: Call): IdFinder {
  return new IdFinder("ALERT_NOT_FOUND", "./bell alerts list", async (pageToken) => {
    const page = await api.unary(alertService.listAlerts, { filter: "", pageSize: LARGE_PAGE_SIZE, pageToken });
    return { items: page.alerts, nextPageToken: page.nextPageToken };
  });
}

function showAlert({ output }: Call, alert: Alert): void {
  output.show(jsonFromMessage(Alert, alert), () => alertDetails(alert));
}

function fieldsFrom(options: AlertOptions): Partial<Alert> {
  return {
    ...(options.repeat === undefined ? {} : { repeat: REPEAT[options.repeat] }),
    ...(options.alreadyTrue === undefined ? {} : { alreadyTrue: ALREADY_TRUE[options.alreadyTrue] }),
    ...(options.band === undefined ? {} : { bandPercent: options.band }),
    ...(options.note === undefined ? {} : { note: options.note }),
  };
}

function maskFrom(text: string, options: AlertOptions): string[] {
  const given: readonly (readonly [path: string, isGiven: boolean])[] = [
    ["condition", text !== ""],
    ["repeat", options.repeat !== undefined],
    ["already_true", options.alreadyTrue !== undefined],
    ["band_percent", options.band !== undefined],
    ["note", options.note !== undefined],
  ];
  return given.filter(([, isGiven]) => isGiven).map(([path]) => path);
}
