import { AlertState, AlreadyTrue, Repeat, type Alert } from "../../proto/gen/tickerbell/v1/alert.ts";
import { enumName } from "../render/enum-name.ts";
import { renderFields, renderTable, type Column } from "../render/table.ts";
import { shortIds } from "../render/short-ids.ts";
import { renderTime } from "../render/time.ts";

const COLUMNS: readonly Column[] = [
  { title: "ID" },
  { title: "SYMBOL" },
  { title: "STATE" },
  { title: "ALERT", shrinks: true },
  { title: "LAST FIRED" },
  { title: "NOTE", shrinks: true },
];

/** Alerts as a table, or what to type when there are none. */
export function alertTable(alerts: readonly Alert[], width: number | null): string {
  if (alerts.length === 0) return "No alerts here. Make one: ./bell alerts create AAPL above 200";
  const ids = shortIds(alerts.map(({ id }) => id));
  const rows = alerts.map((alert, at) => [
    ids[at] ?? alert.id,
    alert.symbol,
    `${enumName(AlertState, alert.state)}${alert.awaitsBaseline ? ", no price yet" : ""}`,
    alert.sentence,
    renderTime(alert.lastFireTime),
    alert.note,
  ]);
  return renderTable(COLUMNS, rows, width);
}

/** Everything about one alert, a line each. */
export function alertDetails(alert: Alert): string {
  return renderFields([
    ["id", alert.id],
    ["alert", alert.sentence],
    ["state", stateText(alert)],
    ["repeat", enumName(Repeat, alert.repeat).toLowerCase()],
    ["band", `${alert.bandPercent} %`],
    ["already true", enumName(AlreadyTrue, alert.alreadyTrue).toLowerCase()],
    ["note", alert.note === "" ? "-" : alert.note],
    ["created", renderTime(alert.createTime)],
    ["changed", renderTime(alert.updateTime)],
    ["last fired", renderTime(alert.lastFireTime)],
    ["etag", alert.etag],
  ]);
}

/** The state, and why nothing fires where that is no choice of the person's. */
function stateText(alert: Alert): string {
  const state = enumName(AlertState, alert.state);
  if (alert.awaitsBaseline)
    return `${state} (awaits a first price of ${alert.symbol}; ./bell quotes list shows what comes)`;
  return alert.state === AlertState.DISARMED ? `${state} (arms when the price has moved back)` : state;
}
