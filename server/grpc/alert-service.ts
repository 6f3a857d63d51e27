import type { AlertStateName, Repeat } from "../../domain/alert.ts";
import { AppError } from "../../domain/error.ts";
import { FieldProblems } from "../../domain/field-problems.ts";
import { alertToProto } from "../../proto/convert/alert.ts";
import type { Alert as AlertMessage } from "../../proto/gen/tickerbell/v1/alert.ts";
import type {
  AlertServiceServer,
  ListAlertsRequest,
  ListAlertsResponse,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import type { EventClock } from "../event-clock.ts";
import type { AlertRecord, AlertStore } from "../store.ts";
import { alertFromRequest, checkEtag, editFromRequest, requestKey } from "./alert-request.ts";
import { answer } from "./answer.ts";
import { userOf } from "./caller.ts";
import { parseFilter } from "./filter.ts";
import { idFrom } from "./id.ts";
import { readEach } from "./read-each.ts";
import { pageFrom, pageToken } from "./paging.ts";
import { watchTriggers, type WatchTriggersDeps } from "./watch-triggers.ts";

const PAGE = { usual: 50, most: 1_000 };
const LARGEST_BATCH = 1_000;
const STATES: readonly AlertStateName[] = [
  "ARMED",
  "PENDING",
  "TRIGGERED",
  "DISARMED",
  "PAUSED",
  "EXPIRED",
  "STOPPED",
  "ERROR",
  "DELETED",
];

export interface AlertServiceDeps extends WatchTriggersDeps {
  readonly alerts: AlertStore;
  readonly eventClock: EventClock;
  readonly newId: () => string;
}

/** AlertService: a signed-in user's own alerts. */
export function alertService(deps: AlertServiceDeps): AlertServiceServer {
  const { alerts, clock, eventClock, newId, log } = deps;
  return {
    createAlert: answer(async (request, caller) => {
      const alert = alertFromRequest(request, newId(), userOf(caller).id, clock.now());
      return toProto(await alerts.insertAlert(alert, eventClock.now(), requestKey(request)));
    }, log),
    getAlert: answer(async ({ id }, caller) => toProto(await alerts.getAlert(userOf(caller).id, idFrom(id))), log),
    listAlerts: answer((request, caller) => listPage(alerts, userOf(caller).id, request), log),
    updateAlert: answer(async (request, caller) => {
      const id = idFrom(request.alert?.id ?? "", "alert.id");
      const edit = (alert: Parameters<typeof editFromRequest>[0]) => editFromRequest(alert, request);
      return toProto(await alerts.updateAlert(userOf(caller).id, id, eventClock.now(), edit));
    }, log),
    deleteAlert: answer(async ({ id, etag }, caller) => {
      await alerts.deleteAlerts(userOf(caller).id, [idFrom(id)], (alert) => checkEtag(alert, etag));
      return {};
    }, log),
    batchDeleteAlerts: answer(async ({ ids }, caller) => {
      if (ids.length === 0 || ids.length > LARGEST_BATCH) {
        throw AppError.invalidField("ids", "FIELD_INVALID", `must name 1 to ${LARGEST_BATCH} alerts`);
      }
      const known = readEach("ids", ids, idFrom);
      await alerts.deleteAlerts(userOf(caller).id, known, () => undefined);
      return {};
    }, log),
    pauseAlert: answer(async ({ id }, caller) => toProto(await alerts.pauseAlert(userOf(caller).id, idFrom(id))), log),
    resumeAlert: answer(async ({ id }, caller) => {
      return toProto(await alerts.resumeAlert(userOf(caller).id, idFrom(id), eventClock.now()));
    }, log),
    watchTriggers: watchTriggers(deps),
  };
}

async function listPage(alerts: AlertStore, userId: string, request: ListAlertsRequest): Promise<ListAlertsResponse> {
  const problems = new FieldProblems();
  const keys = { symbol: null, state: STATES, repeat: ["ONCE", "EVERY"] };
  const { symbol, state, repeat } = problems.read("filter", {}, () => parseFilter(request.filter, keys));
  const query = {
    userId,
    symbol: symbol?.toUpperCase() ?? null,
    state: (state ?? null) as AlertStateName | null,
    repeat: (repeat?.toLowerCase() ?? null) as Repeat | null,
    ...pageFrom(problems, request, PAGE, userId),
  };
  problems.check();
  const page = await alerts.listAlerts(query);
  return { alerts: page.rows.map(toProto), nextPageToken: pageToken(page.next, userId, request.filter) };
}

function toProto({ alert, state, lastFireTimeMs }: AlertRecord): AlertMessage {
  return alertToProto(alert, state, lastFireTimeMs);
}
