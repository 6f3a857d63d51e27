// What must agree within an alert, however sound each field is by itself.
import type { Alert } from "../../domain/alert.ts";
import type { FieldProblems } from "../../domain/field-problems.ts";
import { hasRoomToBeBack } from "../../domain/judging/firing.ts";

type Refuse = (path: string, message: string, hint: string) => void;

/** Adds what does not go together to the problems; what is refused already is not told again. */
export function checkAgreement(alert: Alert, problems: FieldProblems): void {
  const refuse: Refuse = (path, message, hint) =>
    problems.refuse({ field: `alert.${path}`, reason: "FIELD_INVALID", message }, hint);
  const isSound = (...paths: string[]) => paths.every((path) => !problems.has(`alert.${path}`));
  if (isSound("repeat") && alert.repeat === "once") refuseRepeating(alert, isSound, refuse);
  if (isSound("condition") && !problems.has("text")) checkCondition(alert, isSound, refuse);
}

/** What says how it goes on after a fire, in an alert that does not. */
function refuseRepeating(alert: Alert, isSound: (path: string) => boolean, refuse: Refuse): void {
  if (alert.maxFires > 0 && isSound("max_fires")) {
    refuse(
      "max_fires",
      "does not go with an alert that fires once",
      "Add --repeat every to let it fire every time, or leave --max-fires out (in an update: --max-fires none).",
    );
  }
  if (alert.rearmForMs > 0 && !alert.tellsWhenBack && isSound("rearm_for")) {
    refuse(
      "rearm_for",
      "does not go with an alert that fires once: it does not arm again",
      "Add --repeat every to let it arm again, or leave --rearm-for out (in an update: --rearm-for none).",
    );
  }
}

function checkCondition(alert: Alert, isSound: (path: string) => boolean, refuse: Refuse): void {
  if (alert.confirm > 1 && alert.condition.kind === "crosses" && isSound("confirm")) {
    refuse(
      "confirm",
      "does not go with crosses, which is over at once",
      "Leave --confirm out (in an update: --confirm 1), or wait for above or below instead.",
    );
  }
  if (alert.remindEveryMs > 0 && alert.condition.kind === "crosses" && isSound("remind_every")) {
    refuse(
      "remind_every",
      "does not go with crosses, which is over at once: nothing is still true",
      "Leave --remind-every out (in an update: --remind-every off), or wait for above or below instead.",
    );
  }
  if (isSound("band_percent") && !hasRoomToBeBack(alert)) {
    refuse(
      "band_percent",
      `${alert.bandPercent} % leaves no price at which the alert could arm again`,
      alert.condition.kind === "outside"
        ? "Take a smaller --band, or levels further apart."
        : "Take a smaller --band: a price is from 1e-12 to below 1e12.",
    );
  }
}
