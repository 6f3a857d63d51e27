import { isDeepStrictEqual } from "node:util";
import type { Alert } from "../../domain/alert.ts";
import type { Condition } from "../../domain/condition.ts";
import { parseRule } from "../../domain/language/condition-language.ts";
import { AppError } from "../../domain/error.ts";
import { FieldProblems } from "../../domain/field-problems.ts";
import type { TimeMs } from "../../domain/time.ts";
import { etagOf } from "../../proto/convert/alert.ts";
import { conditionFromProto } from "../../proto/convert/condition.ts";
import type { Alert as AlertMessage } from "../../proto/gen/tickerbell/v1/alert.ts";
import type { UpdateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import type { AlertEdit } from "../store.ts";
import { checkAgreement } from "./alert-agreement.ts";
import { OPTION_PATHS, readOptions, USUAL_OPTIONS } from "./alert-options.ts";

const EDITABLE: readonly string[] = ["condition", ...Object.values(OPTION_PATHS)];

/** The alert as an update wants it. Throws INVALID_ARGUMENT with every bad field, or ABORTED ETAG_STALE. */
export function editFromRequest(alert: Alert, request: UpdateAlertRequest, eventNowMs: TimeMs): AlertEdit {
  const { alert: wish, updateMask, text } = request;
  if (wish === undefined) throw AppError.invalidField("alert", "FIELD_REQUIRED", "must be set");
  const paths = editablePaths(updateMask ?? [], text !== "");
  const wants = (path: string) => paths.includes(path);
  const problems = new FieldProblems();
  const condition = wants("condition")
    ? problems.read(text === "" ? "alert.condition" : "text", alert.condition, () => newCondition(alert, wish, text))
    : alert.condition;
  const edited: Alert = { ...alert, condition, ...readOptions(wish, alert, { wants, problems, eventNowMs }) };
  const rearm = watchesForElse(alert, edited);
  if (rearm || edited.remindEveryMs !== alert.remindEveryMs) checkAgreement(edited, problems);
  problems.check();
  checkEtag(alert, wish.etag);
  return { alert: edited, rearm };
}

/** What is wrong with an update of whatever alert: told before that there is no such alert. Throws INVALID_ARGUMENT with every bad field. */
export function checkEdit({ alert: wish, updateMask, text }: UpdateAlertRequest, eventNowMs: TimeMs): void {
  if (wish === undefined) throw AppError.invalidField("alert", "FIELD_REQUIRED", "must be set");
  const paths = editablePaths(updateMask ?? [], text !== "");
  const problems = new FieldProblems();
  if (text === "" && paths.includes("condition")) {
    problems.read("alert.condition", null, () => conditionFromProto(wish.condition, "alert.condition"));
  }
  readOptions(wish, USUAL_OPTIONS, { wants: (path) => paths.includes(path), problems, eventNowMs });
  problems.check();
}

/** Throws ABORTED ETAG_STALE if an etag is given and the alert has changed since. */
export function checkEtag(alert: Alert, etag: string): void {
  if (etag === "" || etag === etagOf(alert)) return;
  throw new AppError("ABORTED", "ETAG_STALE", "the alert has changed since its etag was read", {
    hint: "Read it again, look at what has changed, and decide anew.",
  });
}

/** Only a change arms an alert anew; a value that is sent again as it was changes nothing. */
function watchesForElse(before: Alert, after: Alert): boolean {
  const watched = ({ condition, repeat, bandPercent, rearmForMs, maxFires, confirm, session }: Alert) => [
    condition,
    [repeat, bandPercent, rearmForMs, maxFires, confirm, session],
  ];
  return !isDeepStrictEqual(watched(before), watched(after));
}

/** `above 210`, or with the symbols in front, which must be the alert's own. */
function newCondition(alert: Alert, wish: AlertMessage, text: string): Condition {
  if (text === "") return conditionFromProto(wish.condition, "alert.condition");
  if (wish.condition !== undefined) {
    throw AppError.invalidField("text", "FIELD_INVALID", "must be empty when alert.condition is set");
  }
  return parseRule(text, alert);
}

function editablePaths(mask: readonly string[], hasText: boolean): string[] {
  const strange = mask.find((path) => !EDITABLE.includes(path));
  if (strange !== undefined) {
    throw AppError.invalidField(
      "update_mask",
      "UPDATE_MASK",
      `"${strange.slice(0, 50)}" cannot be changed`,
      `One can change ${EDITABLE.join(", ")}.`,
    );
  }
  const paths = hasText ? [...new Set([...mask, "condition"])] : [...mask];
  if (paths.length === 0) throw AppError.invalidField("update_mask", "UPDATE_MASK", "must name at least one field");
  return paths;
}
