import { DAY_MS, SECOND_MS } from "../../domain/time.ts";
import type { FetcherReport } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import {
  StoreState,
  type FetcherStatus,
  type NotifierStatus,
  type StoreStatus,
  type SystemStatus,
} from "../../proto/gen/tickerbell/v1/status_service.ts";
import { renderAge } from "../render/age.ts";
import { renderCount } from "../render/count.ts";
import { renderSize } from "../render/size.ts";
import { renderTime } from "../render/time.ts";
import { wrapFields, wrapText } from "../render/wrapped-fields.ts";
import { budgetText, cadenceText, isListening } from "./price-plan-text.ts";
import { sourceStateText } from "./source-state-text.ts";
import { isStarting, nameOf, sinceMs, type LocalSpool, type StatusProblem, type StatusView } from "./status-view.ts";

type Field = readonly [name: string, value: string];

/** So many of a kind are shown, that all fits on a screen. */
const SHOWN_MAX = 3;

/** The screen: a verdict, what to mend, and how each part stands. */
export function statusText(view: StatusView, problems: readonly StatusProblem[], width: number | null): string {
  const verdict = problems.length === 0 ? ["all well"] : verdictLines(problems, width);
  const { answer } = view;
  const fields =
    "status" in answer
      ? serverFields(answer.status, answer.tookMs)
      : unansweredFields(answer.portAnswers, answer.spool, view.now);
  return `${verdict.join("\n")}\n\n${wrapFields([...fields, certificatesField(view)], width)}`;
}

function verdictLines(problems: readonly StatusProblem[], width: number | null): string[] {
  const lines = problems.slice(0, SHOWN_MAX).flatMap((problem) => problemLines(problem, width));
  const left = problems.length - SHOWN_MAX;
  return left > 0 ? [...lines, `and ${left} more; --json has them all`] : lines;
}

function problemLines({ message, mend }: StatusProblem, width: number | null): string[] {
  const room = width === null ? null : width - 2;
  const said = wrapText(message, room).map((line, at) => `${at === 0 ? "!" : " "} ${line}`);
  return [...said, ...wrapText(`mend: ${mend}`, room).map((line) => `  ${line}`)];
}

function unansweredFields(portAnswers: boolean, spool: LocalSpool, now: number): Field[] {
  return [
    ["server", portAnswers ? "something listens at its port; why it says nothing stands above" : "nothing listens"],
    ["spool", localSpoolText(spool, new Date(now))],
  ];
}

function localSpoolText(spool: LocalSpool, now: Date): string {
  if (spool === null) return "none here";
  if ("trouble" in spool) return `cannot be read: ${spool.trouble}`;
  const { file, count: waiting, oldestFetchTimeMs } = spool;
  if (oldestFetchTimeMs === null) return `${waitingText(waiting, undefined, now)} in ${file}`;
  return `${waitingText(waiting, new Date(oldestFetchTimeMs), now)}, in ${file}`;
}

function serverFields(status: SystemStatus, tookMs: number): Field[] {
  const { serverTime, serverStartTime, serverVersion } = status;
  const up = renderAge(sinceMs(serverStartTime, serverTime));
  return [
    ["server", `version ${serverVersion}, up ${up}, answers in ${Math.round(tookMs)} ms`],
    ...some(status, "fetcher", status.fetchers, (one) => fetcherFields(one, serverTime)),
    ...some(status, "notifier", status.notifiers, (one) => [["notifier", notifierText(one, status)]]),
    ["queue", queueText(status)],
    ["store", status.store === undefined ? "-" : storeText(status.store, serverTime)],
    ["mail", mailText(status)],
  ];
}

function some<One>(status: SystemStatus, name: string, all: readonly One[], fieldsOf: (one: One) => Field[]): Field[] {
  if (all.length === 0) return [[name, isStarting(status) ? "none is connected yet" : "none is connected"]];
  const shown = all.slice(0, SHOWN_MAX).flatMap(fieldsOf);
  return all.length <= SHOWN_MAX
    ? shown
    : [...shown, [name, `and ${all.length - SHOWN_MAX} more; --json has them all`]];
}

function fetcherFields({ certificate, address, connectTime, report, lastAckTime }: FetcherStatus, now?: Date): Field[] {
  const acknowledged = lastAckTime === undefined ? "nothing acknowledged yet" : `last ack ${ago(lastAckTime, now)}`;
  const version = report === undefined ? "" : `, version ${report.version}`;
  const connected = `${nameOf(certificate?.uri)} at ${address}${version}, connected for ${renderAge(sinceMs(connectTime, now))}`;
  const fetcher: Field = ["fetcher", `${connected}, ${acknowledged}`];
  if (report === undefined) return [fetcher, ["source", "this fetcher does not tell"]];
  return [fetcher, ["source", sourceText(report, now)], ...priceFields(report, now), ["spool", spoolText(report, now)]];
}

function priceFields(report: FetcherReport, now: Date | undefined): Field[] {
  const texts = [cadenceText(report, now), budgetText(report, now)].filter((text) => text !== null);
  return texts.length === 0 ? [] : [["prices", texts.join("; ")]];
}

function sourceText(report: FetcherReport, now: Date | undefined): string {
  const { source, symbols, sourceStateTime, lastPriceTime, nextRoundTime } = report;
  const since = renderAge(sinceMs(sourceStateTime, now));
  return [
    `${source} ${sourceStateText(report, since)}`,
    renderCount(symbols.length, "symbol"),
    `last price ${lastPriceTime === undefined ? "never" : ago(lastPriceTime, now)}`,
    isListening(report) ? "listened to all the time" : roundText(nextRoundTime, now),
  ].join(", ");
}

function roundText(nextRoundTime: Date | undefined, now: Date | undefined): string {
  if (nextRoundTime === undefined) return "no round planned";
  const ms = sinceMs(now, nextRoundTime);
  return ms > 0 ? `next round in ${renderAge(ms + SECOND_MS - 1)}` : "round under way"; // the second that has begun counts
}

function spoolText(
  { spooledCount, spoolCapacity, oldestSpooledTime, refusedCount }: FetcherReport,
  now?: Date,
): string {
  const refused = refusedCount === 0 ? "" : `; ${count(refusedCount)} refused for good`;
  return `${waitingText(spooledCount, oldestSpooledTime, now)}, of at most ${count(spoolCapacity)}${refused}`;
}

/** `oldest`: since when the first of them waits. */
function waitingText(waiting: number, oldest: Date | undefined, now: Date | undefined): string {
  const since = oldest === undefined ? "" : `, the oldest for ${renderAge(sinceMs(oldest, now))}`;
  return `${renderCount(waiting, "quote")} ${waiting === 1 ? "waits" : "wait"}${since}`;
}

function notifierText(notifier: NotifierStatus, { serverTime, mail }: SystemStatus): string {
  const { certificate, address, connectTime, freePlaceCount, deliveryCount } = notifier;
  const connected = `${nameOf(certificate?.uri)} at ${address}, connected for ${renderAge(sinceMs(connectTime, serverTime))}`;
  const isPausing = freePlaceCount === 0 && mail?.isTaking === false;
  const places = isPausing ? "pauses because the mail server refuses" : `${renderCount(freePlaceCount, "place")} free`;
  return `${connected}, ${places}, ${renderCount(deliveryCount, "mail")} in hand`;
}

function queueText({ ingest, serverTime }: SystemStatus): string {
  if (ingest === undefined) return "-";
  const { waitingQuoteCount, waitingQuoteCapacity, openSymbols, newestAsOfTime } = ingest;
  const open = openSymbols.length === 0 ? "" : `, still judging ${openSymbols.slice(0, SHOWN_MAX).join(", ")}`;
  const newest = newestAsOfTime === undefined ? "no price yet" : `newest price ${ago(newestAsOfTime, serverTime)}`;
  return `${count(waitingQuoteCount)} of ${count(waitingQuoteCapacity)} quotes wait${open}, ${newest}`;
}

function storeText(store: StoreStatus, now?: Date): string {
  const { state, detail, sizeBytes, logBytes, freeBytes, isFreeUnknown, checkTime } = store;
  const words: Partial<Record<StoreState, string>> = {
    [StoreState.READY]: "ready",
    [StoreState.READ_ONLY]: "READ ONLY",
    [StoreState.DAMAGED]: "DAMAGED",
  };
  const checked = checkTime === undefined ? "not checked since the start" : `checked ${ago(checkTime, now)}`;
  const free = isFreeUnknown ? "free space not known" : `${renderSize(freeBytes)} free`;
  const sizes = `${renderSize(sizeBytes)} and ${renderSize(logBytes)} log, ${free}, ${checked}`;
  return `${words[state] ?? "?"}${detail === "" ? "" : ` (${detail})`}, ${sizes}`;
}

function mailText({ mail, serverTime }: SystemStatus): string {
  if (mail === undefined) return "-";
  const { dueCount, heldCount, sealedCount, lastSentTime, isTaking } = mail;
  const last = lastSentTime === undefined ? "none sent yet" : `last sent ${ago(lastSentTime, serverTime)}`;
  const waits = `${count(dueCount)} due, ${count(heldCount)} held, ${count(sealedCount)} on their way`;
  return `${isTaking ? "" : "NOT TAKEN by the mail server, "}${last}; ${waits}`;
}

function certificatesField({ certificates, now, folder }: StatusView): Field {
  if (certificates.length === 0) return ["certificates", `none in ${folder}`];
  const left = certificates.map(({ name, expireTimeMs }) => {
    const days = expireTimeMs === null ? "?" : Math.max(0, Math.floor((expireTimeMs - now) / DAY_MS));
    return `${name} ${days} d`;
  });
  return ["certificates", `${left.join(", ")} left`];
}

/** `12s ago`; a moment that is to come, or a day back, by its date. */
function ago(time: Date, now: Date | undefined): string {
  const ms = sinceMs(time, now);
  return Math.abs(ms) >= 7 * DAY_MS ? renderTime(time) : `${renderAge(ms)} ago`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
