import type { Alert, AlertState } from "../../domain/alert.ts";
import type { Condition } from "../../domain/condition.ts";
import type { AlertRecord } from "../store.ts";

/** A row of `alerts`. */
export interface AlertRow {
  readonly row: number;
  readonly id: string;
  readonly user_id: string;
  readonly symbol: string;
  readonly kind: Condition["kind"];
  readonly direction: "up" | "down" | "either" | null;
  readonly level: number;
  readonly repeat: Alert["repeat"];
  readonly already_true: Alert["alreadyTrue"];
  readonly band_percent: string;
  readonly note: string;
  readonly create_time: number;
  readonly update_time: number;
  readonly revision: number;
  readonly state: AlertState["name"];
  readonly state_version: number;
  readonly awaits_baseline: number;
  readonly fires_if_true: number;
  readonly armed_as_of: number;
  readonly edge: AlertState["edge"];
  readonly last_fire_time: number | null;
  readonly request_hash: string | null;
}

export function alertFromRow(row: AlertRow): Alert {
  return {
    id: row.id,
    userId: row.user_id,
    symbol: row.symbol,
    condition: conditionFromRow(row),
    repeat: row.repeat,
    alreadyTrue: row.already_true,
    bandPercent: row.band_percent,
    note: row.note,
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
  };
}

export function recordFromRow(row: AlertRow): AlertRecord {
  return { alert: alertFromRow(row), state: stateFromRow(row), lastFireTimeMs: row.last_fire_time };
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
  };
}

/** The columns of what the owner wrote, by name, for a statement. */
export function alertColumns(alert: Alert) {
  const { condition } = alert;
  return {
    id: alert.id,
    user_id: alert.userId,
    symbol: alert.symbol,
    kind: condition.kind,
    direction: condition.kind === "crosses" ? condition.direction : null,
    level: condition.level,
    repeat: alert.repeat,
    already_true: alert.alreadyTrue,
    band_percent: alert.bandPercent,
    note: alert.note,
    create_time: alert.createTimeMs,
    update_time: alert.updateTimeMs,
    revision: alert.revision,
  };
}

function conditionFromRow({ kind, direction, level }: AlertRow): Condition {
  return kind === "crosses" ? { kind, direction: direction ?? "either", level } : { kind, level };
}
