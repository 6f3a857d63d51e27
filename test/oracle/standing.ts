// What the oracle says of an alert: where it stands, and what a quote did to it.
import type { AlertNotice, AlertStateName } from "../../domain/alert.ts";
import type { JudgeReason } from "../../domain/judging/judge-reason.ts";

export interface OracleTrigger {
  readonly level: number;
  readonly price: number;
}

/** Where an alert stands, as far as anybody can see it. */
export interface Standing {
  readonly name: AlertStateName;
  readonly mood: "ordinary" | "awaitsBaseline" | "firesIfTrue";
  readonly fireCount: number;
  readonly confirmed: number;
  readonly pausedUntilMs: number | null;
  /** Whether it fired and was not back since, and how often its owner was reminded of that. */
  readonly owesBack: boolean;
  readonly reminders: number;
}

/** What a quote did to an alert. */
export interface OracleVerdict {
  readonly reason: JudgeReason;
  readonly trigger: OracleTrigger | null;
  readonly notice: AlertNotice | null;
}
