// What must agree within an alert, however sound each field is by itself.
import type { Alert } from "../../domain/alert.ts";
import type { FieldProblems } from "../../domain/field-problems.ts";
import { hasRoomToBeBack } from "../../domain/judging/firing.ts";

/** Adds what does not go together to the problems; what is refused already is not told again. */
export function checkAgreement(alert: Alert, problems: FieldProblems): void {
  const refuse = (field: string, message: string, hint: string) =>
    problems.refuse({ field: `alert.${field}`, reason: "FIELD_INVALID", message }, hint);
  const isSound = (...paths: string[]) => paths.every((path) => !problems.has(`alert.${path}`));
  const hasCondition = isSound("condition") && !problems.has("text");

  if (alert.maxFires > 0 && alert.repeat === "once" && isSound("repeat", "max_fires")) {
    refuse(
      "max_fires",
      "does not go with an alert that fires once",
      "Let it fire every time, or leave the number of fires out.",
    );
  }
  if (alert.confirm > 1 && alert.condition.kind === "crosses" && hasCondition && isSound("confirm")) {
    refuse(
      "confirm",
      "does not go with crosses, which is over at once",
      "Leave it out, or wait for above or below instead.",
    );
  }
  if (hasCondition && isSound("band_percent") && !hasRoomToBeBack(alert)) {
    refuse(
      "band_percent",
      `${alert.bandPercent} % leaves no price at which the alert could arm again`,
      alert.condition.kind === "outside"
        ? "Take a smaller one, or levels further apart."
        : "Take a smaller one: a price is from 1e-12 to below 1e12.",
    );
  }
}
