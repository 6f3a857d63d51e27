import type { Alert, AlertStateName, Repeat } from "../../domain/alert.ts";
import { AppError } from "../../domain/error.ts";
import { FieldProblems } from "../../domain/field-problems.ts";
import type { TimeMs } from "../../domain/time.ts";
import { alertToProto } from "../../proto/convert/alert.ts";
import type {
  AlertServiceServer,
  CreateAlertRequest,
  ListAlertsRequest,
  ListAlertsResponse,
  PauseAlertRequest,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { ALERTS_PER_USER } from "../alert-limit.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { EventClock } from "../event-clock.ts";
import type { AlertRecord, AlertStore } from "../store.ts";
import type { UserRecord } from "../user-record.ts";
import { checkEdit, checkEtag, editFromRequest } from "./alert-edit.ts";
import { futureTimeFrom } from "./alert-options.ts";
import { alertFromRequest, isRequestId, requestKey, type Making } from "./alert-request.ts";
import { answer } from "./answer.ts";
import { userOf, type Caller } from "./caller.ts";
import { explainAlert, type ExplainDeps } from "./explain-alert.ts";
import { parseFilter } from "./filter.ts";
import { idFrom } from "./id.ts";
import { readEach } from "./read-each.ts";
import { pageFrom, pageToken } from "./paging.ts";
import { previewAlert } from "./preview-alert.ts";
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

export interface AlertServiceDeps extends WatchTriggersDeps, ExplainDeps {
  readonly clock: Clock;
  readonly eventClock: EventClock;
  readonly newId: () => string;
}

/** AlertService: a signed-in user's own alerts. */
export function alertService(deps: AlertServiceDeps): AlertServiceServer {
  const { alerts, history, holds, clock, eventClock, newId, log } = deps;
  const toProto = async (record: AlertRecord) => alertToProto(record, eventClock.now(), await holds.listDoubts());
  const makingOf = (caller: Caller): Making => {
    return { id: newId(), userId: userOf(caller).id, nowMs: clock.now(), eventNowMs: eventClock.now() };
  };
  return {
    createAlert: answer(async (request, caller) => {
      const making = makingOf(caller);
      const made = await madeBefore(alerts, request, making.userId);
      if (made !== null) return toProto(made);
      const alert = alertFromRequest(request, making);
      return toProto(await alerts.insertAlert(alert, making.eventNowMs, requestKey(request)));
    }, log),
    getAlert: answer(async ({ id }, caller) => toProto(await alerts.getAlert(userOf(caller).id, idFrom(id))), log),
    listAlerts: answer((request, caller) => listPage(deps, userOf(caller), request), log),
    updateAlert: answer(async (request, caller) => {
      const id = idFrom(request.alert?.id ?? "", "alert.id");
      const eventNowMs = eventClock.now();
      const edit = (alert: Alert) => editFromRequest(alert, request, eventNowMs);
      const update = alerts.updateAlert(userOf(caller).id, id, eventNowMs, edit);
      return toProto(await checkedIfAbsent(update, () => checkEdit(request, eventNowMs)));
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
    pauseAlert: answer(async (request, caller) => {
      const { id, untilMs } = pauseFrom(request, eventClock.now());
      return toProto(await alerts.pauseAlert(userOf(caller).id, id, untilMs));
    }, log),
    resumeAlert: answer(async ({ id }, caller) => {
      return toProto(await alerts.resumeAlert(userOf(caller).id, idFrom(id), eventClock.now()));
    }, log),
    previewAlert: answer((request, caller) => previewAlert(history, request, makingOf(caller)), log),
    explainAlert: answer((request, caller) => {
      return explainAlert(deps, request, userOf(caller).id, eventClock.now());
    }, log),
    watchTriggers: watchTriggers(deps),
  };
}

/** What is wrong with a request is told before that there is nothing to do it to. */
async function checkedIfAbsent<Found>(found: Promise<Found>, check: () => void): Promise<Found> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof AppError && error.code === "NOT_FOUND") check();
    throw error;
  }
}

/** What the same request has made already. It is answered so even if it could not be made any more: its end may have passed. */
async function madeBefore(
  alerts: AlertStore,
  request: CreateAlertRequest,
  userId: string,
): Promise<AlertRecord | null> {
  const key = isRequestId(request.requestId) ? requestKey(request) : null;
  return key === null ? null : alerts.findRequested(userId, key);
}

/** Every bad field of a pause at once. */
function pauseFrom({ id, untilTime }: PauseAlertRequest, eventNowMs: TimeMs): { id: string; untilMs: TimeMs | null } {
  const problems = new FieldProblems();
  const pause = {
    id: problems.read("id", "", () => idFrom(id)),
    untilMs: problems.read("until_time", null, () => futureTimeFrom(untilTime, "until_time", eventNowMs)),
  };
  problems.check();
  return pause;
}

async function listPage(
  { alerts, holds, eventClock }: AlertServiceDeps,
  { id: userId, alertLimit }: UserRecord,
  request: ListAlertsRequest,
): Promise<ListAlertsResponse> {
  const problems = new FieldProblems();
  const keys = { symbol: null, state: STATES, repeat: ["ONCE", "EVERY"], tag: null };
  const { symbol, state, repeat, tag } = problems.read("filter", {}, () => parseFilter(request.filter, keys));
  const eventNowMs = eventClock.now();
  const query = {
    userId,
    symbol: symbol?.toUpperCase() ?? null,
    state: (state ?? null) as AlertStateName | null,
    eventNowMs,
    repeat: (repeat?.toLowerCase() ?? null) as Repeat | null,
    tag: tag ?? null,
    ...pageFrom(problems, request, PAGE, userId),
  };
  problems.check();
  const [page, alertCount] = [await alerts.listAlerts(query), await alerts.countAlerts(userId)];
  const doubts = await holds.listDoubts();
  return {
    alerts: page.rows.map((record) => alertToProto(record, eventNowMs, doubts)),
    nextPageToken: pageToken(page.next, userId, request.filter),
    alertCount,
    alertLimit: alertLimit ?? ALERTS_PER_USER,
  };
}
