import { formatDuration } from "../../domain/duration.ts";
import type { TimeMs } from "../../domain/time.ts";
import { durationFromProto } from "../../proto/convert/duration.ts";
import { AlertSession, AlertState, AlreadyTrue, Repeat, type Alert } from "../../proto/gen/tickerbell/v1/alert.ts";
import type { Notification } from "../../proto/gen/tickerbell/v1/notification.ts";
import type { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { enumName } from "../render/enum-name.ts";
import { renderTable, type Column } from "../render/table.ts";
import { shortIds } from "../render/short-ids.ts";
import { renderShortTime, renderTime } from "../render/time.ts";
import { wrapFields } from "../render/wrapped-fields.ts";
import { alertDoubts, doubtLines, doubtText, doubtWord } from "./doubt-text.ts";
import { oldPriceLines, oldPriceTexts } from "./price-age-text.ts";
import { waitingTexts } from "./waiting-mail.ts";
import { rowSentence, rowState, shortState, symbolsText, tellingText, timesText } from "./alert-words.ts";

const COLUMNS: readonly Column[] = [
  { title: "ID" },
  { title: "STATE", wraps: true },
  { title: "ALERT", wraps: true },
  { title: "FIRED", wraps: true },
  { title: "NOTE", wraps: true },
];
const NOTHING = ["-", ""];
const SYMBOL_COLUMNS: readonly Column[] = [
  { title: "SYMBOL" },
  { title: "STATE", wraps: true },
  { title: "FIRED", align: "right" },
  { title: "LAST FIRED" },
];

/** How many alerts a user has, and may have; a limit of 0 is none that is known. */
interface AlertUsage {
  readonly alertCount: number;
  readonly alertLimit: number;
}

/** What a listing is of. */
export interface AlertListing {
  readonly usage: AlertUsage;
  /** What was asked for, in words of an alert: "has the tag swing"; none: all. */
  readonly asked: readonly string[];
  /** There are older ones. */
  readonly more: boolean;
}

/** How wide, and as of when; the newest prices of what is watched, as far as they are known; of one alert what waits to be mailed. */
interface AlertView {
  readonly width: number | null;
  readonly now: TimeMs;
  readonly quotes?: readonly Quote[];
  readonly waiting?: readonly Notification[];
}

/** Alerts as a table whose times are short as of `now`, or what to type when there are none; and how many there are, here and in all. */
export function alertTable(
  alerts: readonly Alert[],
  listing: AlertListing,
  { width, now, quotes = [] }: AlertView,
): string {
  if (alerts.length === 0) return [nothingText(listing), ...countLines(0, listing)].join("\n");
  const ids = shortIds(alerts.map(({ id }) => id));
  const rows = alerts.map((alert, at) => [
    ids[at] ?? alert.id,
    rowState(alert, now),
    `${rowSentence(alert)}${tellingText(alert)}`,
    renderShortTime(alert.lastFireTime, now),
    [alert.note, ...alert.tags.map((tag) => `#${tag}`)].filter((part) => part !== "").join(" "),
  ]);
  const doubts = doubtLines(alerts.flatMap(alertDoubts), width, (time) => renderShortTime(time, now));
  const notes = [...doubts, ...oldPriceLines(quotes, now, width)];
  const noteBlock = notes.length === 0 ? [] : ["", ...notes];
  const isEach = alerts.some(({ symbols }) => symbols.length > 1);
  return [filledTable(rows, width), ...noteBlock, ...countLines(alerts.length, listing, isEach)].join("\n");
}

/** Without the columns that would be empty: a screen is narrow, and a sentence long. */
function filledTable(rows: readonly (readonly string[])[], width: number | null): string {
  const filled = COLUMNS.map((_column, at) => rows.some((row) => !NOTHING.includes(row[at] ?? "")));
  const kept = <Item>(items: readonly Item[]) => items.filter((_item, at) => filled[at] === true);
  return renderTable(kept(COLUMNS), rows.map(kept), width);
}

/** Everything about one alert: what is usual of an option is left out where it is a matter of course. */
export function alertDetails(alert: Alert, { width, now, quotes = [], waiting = [] }: AlertView): string {
  const fields = wrapFields(
    [
      ["id", alert.id],
      ["alert", alert.sentence],
      ["state", `${stateText(alert)}${doubtWord(alert.symbolStates)}`],
      ...doubtFields(alert),
      ...oldPriceTexts(quotes, now).map((text): [string, string] => ["price", text]),
      ["repeat", enumName(Repeat, alert.repeat).toLowerCase()],
      ["band", `${alert.bandPercent} %`],
      ["already true", enumName(AlreadyTrue, alert.alreadyTrue).toLowerCase()],
      ...unusualOptions(alert),
      ["note", alert.note === "" ? "-" : alert.note],
      ["created", renderTime(alert.createTime)],
      ["changed", renderTime(alert.updateTime)],
      ["last fired", lastFired(alert)],
      ...waitingTexts(waiting, alert.id, now).map((text): [string, string] => ["mail", text]),
      ["etag", alert.etag],
    ],
    width,
  );
  return alert.symbols.length === 0 ? fields : `${fields}\n\n${symbolTable(alert, width)}`;
}

function doubtFields(alert: Alert): [name: string, value: string][] {
  return alertDoubts(alert).map(({ symbol, doubt }) => {
    const text = doubt === undefined ? "" : doubtText(doubt);
    return ["price", alert.symbols.length === 0 ? text : `${symbol}: ${text}`];
  });
}

function unusualOptions(alert: Alert): [name: string, value: string][] {
  const rearmMs = durationFromProto(alert.rearmFor);
  const remindMs = durationFromProto(alert.remindEvery);
  const options: [name: string, value: string, isUsual: boolean][] = [
    ["rearm for", formatDuration(rearmMs), rearmMs === 0],
    ["max fires", String(alert.maxFires), alert.maxFires === 0],
    ["confirm", `${alert.confirm} prices in a row`, alert.confirm <= 1],
    ["session", enumName(AlertSession, alert.session).toLowerCase(), alert.session <= AlertSession.REGULAR],
    ["expires", renderTime(alert.expireTime), alert.expireTime === undefined],
    ["urgent", "yes: no quiet hours, snooze or digest holds its mails back", !alert.isUrgent],
    ["reminds", `every ${formatDuration(remindMs)} while it holds`, remindMs === 0],
    ["tells", "when the price is back", !alert.tellsWhenBack],
    ["tags", alert.tags.join(" "), alert.tags.length === 0],
  ];
  return options.filter(([, , isUsual]) => !isUsual).map(([name, value]) => [name, value]);
}

/** The state, and why nothing fires where that is no choice of the person's. */
function stateText(alert: Alert): string {
  const state = enumName(AlertState, alert.state);
  if (alert.awaitsBaseline)
    return `${state} (awaits a first price of ${symbolsText(alert)}; ./bell quotes list shows what comes)`;
  switch (alert.state) {
    case AlertState.DISARMED:
      return `${state} (arms when the price has moved back)`;
    case AlertState.EXPIRED:
      return `${state} (it can be resumed after: ./bell alerts update ${shortIds([alert.id]).join("")} --expires 30d)`;
    case AlertState.PENDING:
      return `${state} (it holds, and must go on holding)`;
    case AlertState.PAUSED:
      return alert.pauseUntilTime === undefined ? state : `${state} until ${renderTime(alert.pauseUntilTime)}`;
    case AlertState.STOPPED:
      return `${state} (it fired too often; ./bell alerts resume ${alert.id})`;
    default:
      return state;
  }
}

function lastFired({ lastFireTime, symbols, symbolStates: [first] }: Alert): string {
  const time = renderTime(lastFireTime);
  if (first === undefined || symbols.length > 0 || first.fireCount < 2) return time;
  return `${time} (${timesText(first.fireCount)} since it was armed by you)`;
}

function symbolTable({ symbolStates }: Alert, width: number | null): string {
  const rows = symbolStates.map((one) => [
    one.symbol,
    `${shortState(one)}${doubtWord([one])}`,
    one.fireCount === 0 ? "-" : timesText(one.fireCount),
    renderTime(one.lastFireTime),
  ]);
  return renderTable(SYMBOL_COLUMNS, rows, width);
}

function nothingText({ asked }: AlertListing): string {
  if (asked.length === 0) return "No alerts here. Make one: ./bell alerts create AAPL above 200";
  return `No alert of yours ${asked.join(" and ")}. ./bell alerts list shows all.`;
}

/** A rule for several symbols counts once here, and against the limit once for each of them; `isEach`: that is to be said. */
function countLines(shown: number, { usage, asked, more }: AlertListing, isEach = false): string[] {
  if (usage.alertLimit === 0) return [];
  const [count, limit] = [usage.alertCount, usage.alertLimit].map((one) => one.toLocaleString("en-US"));
  const used = `${count} of ${limit} alerts${isEach ? ", each symbol counted" : ""}`;
  if (asked.length === 0) return ["", used];
  const here = more ? `the newest ${shown} that match` : shown === 1 ? "1 matches" : `${shown} match`;
  return ["", `${here}; in all you have ${used}`];
}
