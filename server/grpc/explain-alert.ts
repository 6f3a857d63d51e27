import { FieldProblems } from "../../domain/field-problems.ts";
import { AppError } from "../../domain/error.ts";
import { formatMoment } from "../../domain/moment-text.ts";
import type { NotificationState } from "../../domain/notification.ts";
import { MAILS_A_DAY, MAILS_AN_HOUR } from "../../domain/notifying/mail-hold.ts";
import type { TimeMs } from "../../domain/time.ts";
import { alertToProto } from "../../proto/convert/alert.ts";
import { durationToProto } from "../../proto/convert/duration.ts";
import { doubtToProto } from "../../proto/convert/price-doubt.ts";
import { quoteToProto } from "../../proto/convert/quote.ts";
import { AlertState } from "../../proto/gen/tickerbell/v1/alert.ts";
import type {
  ExplainAlertRequest,
  ExplainAlertResponse,
  ExplainedJudgement as JudgementMessage,
  NextChange as NextChangeMessage,
  SymbolExplanation as SymbolExplanationMessage,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { distancePercent } from "../history/distance.ts";
import type { ExplainedJudgement, HistoryStore, NextChange, SymbolExplanation } from "../history/history.ts";
import type { HoldStore } from "../hold-store.ts";
import { heldMail, type HeldMail } from "../history/mail-detail.ts";
import type { NotificationStore, NotificationView } from "../notification-store.ts";
import type { AlertStore } from "../store.ts";
import { idFrom } from "./id.ts";
import { notificationToProto } from "./notification-message.ts";
import { timeFrom } from "./time-from.ts";

const USUAL_LIMIT = 10;
const LARGEST_LIMIT = 100;

export interface ExplainDeps {
  readonly alerts: AlertStore;
  readonly history: HistoryStore;
  readonly holds: Pick<HoldStore, "listDoubts">;
  readonly notifications: Pick<NotificationStore, "listNotifications">;
  /** Whether it takes mail at all. */
  readonly mailServer: { readonly isTaking: boolean };
}

/** Why a user's alert stands where it stands. Throws INVALID_ARGUMENT, NOT_FOUND; and as HistoryStore.explain(). */
export async function explainAlert(
  deps: ExplainDeps,
  request: ExplainAlertRequest,
  userId: string,
  eventNowMs: TimeMs,
): Promise<ExplainAlertResponse> {
  const { alerts, history, holds } = deps;
  const query = queryFrom(request, eventNowMs);
  const record = await alerts.getAlert(userId, query.id);
  const told = await history.explain({ userId, ...query });
  const alert = alertToProto(record, eventNowMs, await holds.listDoubts());
  const symbols: SymbolExplanationMessage[] = [];
  for (const one of told) {
    const shown = query.atMs === null ? alert.symbolStates.find(({ symbol }) => symbol === one.symbol) : undefined;
    const explanation = await explanationToProto(deps, userId, one);
    symbols.push({ ...explanation, state: shown?.state ?? explanation.state });
  }
  return { alert, symbols };
}

function queryFrom({ id, atTime, limit }: ExplainAlertRequest, eventNowMs: TimeMs) {
  const problems = new FieldProblems();
  const query = {
    id: problems.read("id", "", () => idFrom(id)),
    atMs: problems.read("at_time", null, () => pastFrom(atTime, eventNowMs)),
    limit: problems.read("limit", USUAL_LIMIT, () => limitFrom(limit)),
  };
  problems.check();
  return query;
}

/** A moment that has been; null: now. What is to come nobody can explain, and as of now would be another answer. */
function pastFrom(time: Date | undefined, eventNowMs: TimeMs): TimeMs | null {
  const atMs = timeFrom(time, "at_time");
  if (atMs === null || atMs <= eventNowMs) return atMs;
  const message = `${formatMoment(atMs)} is yet to come: it is ${formatMoment(eventNowMs)} now`;
  throw AppError.invalidField(
    "at_time",
    "FIELD_INVALID",
    message,
    "Ask for an earlier moment, or leave it out for now.",
  );
}

function limitFrom(limit: number): number {
  if (limit === 0) return USUAL_LIMIT;
  if (limit > 0 && limit <= LARGEST_LIMIT) return limit;
  throw AppError.invalidField("limit", "FIELD_INVALID", `must be from 1 to ${LARGEST_LIMIT}`);
}

async function explanationToProto(
  { history, notifications, mailServer }: ExplainDeps,
  userId: string,
  told: SymbolExplanation,
): Promise<SymbolExplanationMessage> {
  const { symbol, doubt, lastClose } = told;
  const newest = async (state: NotificationState): Promise<NotificationView | null> =>
    (await notifications.listNotifications({ userId, symbol, state, before: null, limit: 1 })).rows[0] ?? null;
  const [waiting, sent] = [await newest("WAITING"), await newest("SENT")];
  const mail = wishedMail(waiting) ?? heldMail(symbol, await history.mailHold(userId, symbol));
  return {
    symbol,
    state: AlertState[told.state],
    judgements: told.judgements.map(judgementToProto),
    nextChanges: told.nextChanges.map((change) => changeToProto(change, lastClose)),
    mailDetail: mail.detail,
    mailHeldUntilTime: mail.untilMs === null ? undefined : new Date(mail.untilMs),
    heldSinceTime: doubt?.kind === "HELD" ? new Date(doubt.sinceAsOfMs) : undefined,
    doubt: doubtToProto(doubt),
    waitingNotification: waiting === null ? undefined : notificationToProto(waiting, mailServer.isTaking),
    lastMailTime: sent?.endTimeMs == null ? undefined : new Date(sent.endTimeMs),
  };
}

/** What holds it is its user's wish, or a ceiling, longer than anything else does; null: it is not. */
function wishedMail(waiting: NotificationView | null): HeldMail | null {
  const { reason = "", untilMs = null } = waiting?.hold ?? {};
  const wish = WISHES.get(reason);
  if (waiting === null || untilMs === null || wish === undefined) return null;
  const { length } = waiting.triggers;
  const lines = length === 1 ? "1 line waits" : `${length} lines wait`;
  return { detail: `${wish} until ${formatMoment(untilMs)}; ${lines} for it`, untilMs };
}

/** By the store's words. */
const WISHES: ReadonlyMap<string, string> = new Map([
  ["QUIET_HOURS", "your quiet hours hold it"],
  ["SNOOZED", "you have snoozed mail"],
  ["DIGEST", "you want one mail a day, and it is held"],
  ["HOURLY_CEILING", `you had ${MAILS_AN_HOUR} mails within an hour, and it is held`],
  ["DAILY_CEILING", `you had ${MAILS_A_DAY} mails within a day, and it is held`],
]);

function judgementToProto({ quote, timeMs, ageMs, state, reason, detail }: ExplainedJudgement): JudgementMessage {
  return {
    quote: quote === null ? undefined : quoteToProto(quote.quote, quote.seq),
    time: new Date(timeMs),
    age: ageMs === null ? undefined : durationToProto(ageMs),
    state: AlertState[state],
    reason,
    detail,
  };
}

function changeToProto({ effect, level, timeMs, detail }: NextChange, lastClose: number | null): NextChangeMessage {
  return {
    effect,
    level: level ?? 0,
    distancePercent: level === null || lastClose === null ? 0 : distancePercent(lastClose, level),
    time: timeMs === null ? undefined : new Date(timeMs),
    detail,
  };
}
