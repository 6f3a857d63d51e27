// For tests: a judge of whose triggers one can never be written, in any store.
import { judgeAlert } from "../../domain/judging/judge.ts";

/** Judges as always, except that this alert's trigger lacks what every written one has. */
export function withoutLevel(alertId: string): typeof judgeAlert {
  return (alert, state, sight) => {
    const judgement = judgeAlert(alert, state, sight);
    if (alert.id !== alertId || judgement.trigger === undefined) return judgement;
    return { ...judgement, trigger: { ...judgement.trigger, level: null as unknown as number } };
  };
}
