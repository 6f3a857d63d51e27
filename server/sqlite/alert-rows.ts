import type { Alert, AlertState } from "../../domain/alert.ts";
import { forMsOf, isBand, type Condition } from "../../domain/condition.ts";
import { INITIAL_STATE } from "../../domain/judging/state-change.ts";
import type { AlertRecord, AlertSymbolState } from "../store.ts";

/** A row of `alerts`: a rule for several symbols has one for each, which differ in symbol and state alone. */
export interface AlertRow {
  readonly row: number;
  readonly id: string;
  readonly user_id: string;
  readonly symbol: string;
  readonly symbols: string | null;
  readonly kind: Condition["kind"];
  readonly direction: "up" | "down" | "either" | null;
  readonly level: number;
  readonly upper_level: number | null;
  readonly for_ms: number;
  readonly repeat: Alert["repeat"];
  readonly max_fires: number;
  readonly already_true: Alert["alreadyTrue"];
  readonly band_percent: string;
  readonly rearm_for_ms: number;
  readonly confirm: number;
  readonly session: Alert["session"];
  readonly expire_time: number | null;
  readonly is_urgent: number;
  readonly remind_every_ms: number;
  readonly tells_when_back: number;
  readonly note: string;
  readonly tags: string | null;
  readonly create_time: number;
  readonly update_time: number;
  readonly revision: number;
  readonly state: AlertState["name"];
  readonly state_version: number;
  readonly awaits_baseline: number;
  readonly fires_if_true: number;
  readonly armed_as_of: number;
  readonly edge: AlertState["edge"];
  readonly since_seen: number | null;
  readonly confirm_count: number;
  readonly fire_count: number;
  readonly recent_fires: string | null;
  readonly paused_until: number | null;
  readonly owes_back: number;
  readonly remind_since_seen: number | null;
  readonly reminder_count: number;
  readonly last_fire_time: number | null;
  readonly request_hash: string | null;
}

/** What of a row makes its condition. */
type ConditionRow = Pick<AlertRow, "kind" | "direction" | "level" | "upper_level" | "for_ms">;

/** What of a state stands in columns of `alert_changes` by itself. */
const IN_COLUMNS = new Set(["name", "version"]);

/** As hasMoreToTell() has it: what fired for good and hears prices all the same. */
const HAS_MORE_TO_TELL = `(state = 'TRIGGERED' AND (tells_when_back AND owes_back OR remind_every_ms > 0 AND remind_since_seen IS NOT NULL))`;

/** Whether a row of `alerts` hears prices, for a statement: those are told when nothing of the symbol is judged. */
export const HEARS_PRICES = `(state IN ('ARMED', 'PENDING', 'DISARMED') OR ${HAS_MORE_TO_TELL})`;

export function alertFromRow(row: AlertRow): Alert {
  return {
    id: row.id,
    userId: row.user_id,
    symbol: row.symbol,
    symbols: row.symbols === null ? [row.symbol] : (JSON.parse(row.symbols) as string[]),
    condition: conditionFromRow(row),
    repeat: row.repeat,
    maxFires: row.max_fires,
    alreadyTrue: row.already_true,
    bandPercent: row.band_percent,
    rearmForMs: row.rearm_for_ms,
    confirm: row.confirm,
    session: row.session,
    expireTimeMs: row.expire_time,
    isUrgent: row.is_urgent === 1,
    remindEveryMs: row.remind_every_ms,
    tellsWhenBack: row.tells_when_back === 1,
    note: row.note,
    tags: row.tags === null ? [] : (JSON.parse(row.tags) as string[]),
    createTimeMs: row.create_time,
    updateTimeMs: row.update_time,
    revision: row.revision,
  };
}

export function stateFromRow(row: AlertRow): AlertState {
  return {
    name: row.state,
    version: row.state_version,
    awaitsBaseline: row.awaits_baseline === 1,
    firesIfTrue: row.fires_if_true === 1,
    armedAsOfMs: row.armed_as_of,
    edge: row.edge,
    sinceSeenMs: row.since_seen,
    confirmCount: row.confirm_count,
    fireCount: row.fire_count,
    recentFiresMs: row.recent_fires === null ? [] : (JSON.parse(row.recent_fires) as number[]),
    pausedUntilMs: row.paused_until,
    owesBack: row.owes_back === 1,
    remindSinceSeenMs: row.remind_since_seen,
    reminderCount: row.reminder_count,
  };
}

/** The alert as it was written, from the rows of its rule in their order: its symbol is the first. */
export function recordFromRows(rows: readonly [AlertRow, ...AlertRow[]]): AlertRecord {
  return { alert: alertFromRow(rows[0]), states: rows.map(symbolStateFrom) };
}

/** The state's columns, by name, for a statement. */
export function stateColumns(state: AlertState) {
  return {
    state: state.name,
    state_version: state.version,
    awaits_baseline: state.awaitsBaseline ? 1 : 0,
    fires_if_true: state.firesIfTrue ? 1 : 0,
    armed_as_of: state.armedAsOfMs,
    edge: state.edge,
    since_seen: state.sinceSeenMs,
    confirm_count: state.confirmCount,
    fire_count: state.fireCount,
    recent_fires: jsonOf(state.recentFiresMs),
    paused_until: state.pausedUntilMs,
    owes_back: state.owesBack ? 1 : 0,
    remind_since_seen: state.remindSinceSeenMs,
    reminder_count: state.reminderCount,
  };
}

/** The columns of what the owner wrote, by name, for a statement. */
export function alertColumns(alert: Alert) {
  return {
    id: alert.id,
    user_id: alert.userId,
    symbol: alert.symbol,
    symbols: alert.symbols.length === 1 ? null : JSON.stringify(alert.symbols),
    ...conditionColumns(alert.condition),
    repeat: alert.repeat,
    max_fires: alert.maxFires,
    already_true: alert.alreadyTrue,
    band_percent: alert.bandPercent,
    rearm_for_ms: alert.rearmForMs,
    confirm: alert.confirm,
    session: alert.session,
    expire_time: alert.expireTimeMs,
    is_urgent: alert.isUrgent ? 1 : 0,
    remind_every_ms: alert.remindEveryMs,
    tells_when_back: alert.tellsWhenBack ? 1 : 0,
    note: alert.note,
    tags: jsonOf(alert.tags),
    create_time: alert.createTimeMs,
    update_time: alert.updateTimeMs,
    revision: alert.revision,
  };
}

/** What a state remembers beside its name and version, as the JSON of `alert_changes`; what is at rest is left out. */
export function memoryJson(state: AlertState): string {
  return JSON.stringify(state, (key, value: unknown) =>
    IN_COLUMNS.has(key) || isAtRest(key, value) ? undefined : value,
  );
}

/** The state that a row of `alert_changes` says; null for one from before states were written there. */
export function stateFromChange(change: {
  readonly state: AlertState["name"];
  readonly version: number;
  readonly after: string;
}): AlertState | null {
  if (change.after === "") return null;
  const memory = JSON.parse(change.after) as Partial<AlertState>;
  return { ...INITIAL_STATE, ...memory, name: change.state, version: change.version };
}

function symbolStateFrom(row: AlertRow): AlertSymbolState {
  return { symbol: row.symbol, state: stateFromRow(row), lastFireTimeMs: row.last_fire_time };
}

function conditionColumns(condition: Condition) {
  return {
    kind: condition.kind,
    direction: condition.kind === "crosses" ? condition.direction : null,
    level: isBand(condition) ? condition.lower : condition.level,
    upper_level: isBand(condition) ? condition.upper : null,
    for_ms: forMsOf(condition),
  };
}

/** The condition alone. */
export function conditionFromRow({ kind, direction, level, upper_level, for_ms: forMs }: ConditionRow): Condition {
  switch (kind) {
    case "above":
    case "below":
      return { kind, level, forMs };
    case "crosses":
      return { kind, direction: direction ?? "either", level };
    case "inside":
    case "outside":
      return { kind, lower: level, upper: upper_level ?? level, forMs };
  }
}

/** Most lists are empty: those take no room. */
function jsonOf(list: readonly unknown[]): string | null {
  return list.length === 0 ? null : JSON.stringify(list);
}

function isAtRest(key: string, value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return Object.hasOwn(INITIAL_STATE, key) && value === INITIAL_STATE[key as keyof AlertState];
}
