import { createHash } from "node:crypto";
import type { Alert } from "../../domain/alert.ts";
import type { Condition } from "../../domain/condition.ts";
import { parseCondition } from "../../domain/condition-language.ts";
import { AppError } from "../../domain/error.ts";
import { parseBandPercent } from "../../domain/price.ts";
import { parseSymbol } from "../../domain/symbol.ts";
import { alreadyTrueFromProto, conditionFromProto, etagOf, repeatFromProto } from "../../proto/convert/alert.ts";
import { Alert as AlertMessage } from "../../proto/gen/tickerbell/v1/alert.ts";
import { CreateAlertRequest, type UpdateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import type { AlertEdit } from "../store.ts";

const USUAL_BAND_PERCENT = "0.5";
const LONGEST_NOTE = 200;
// A control character, or what a decoder puts in the place of bytes that are no text.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffd]/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const EDITABLE = ["condition", "repeat", "already_true", "band_percent", "note"] as const;
const REARMING: readonly string[] = ["condition", "repeat", "band_percent"];

/** What a request to create an alert asks for; who asks and when is filled in. Throws INVALID_ARGUMENT. */
export function alertFromRequest(request: CreateAlertRequest, id: string, userId: string, nowMs: number): Alert {
  const wish = request.alert ?? AlertMessage.fromPartial({});
  return {
    id,
    userId,
    ...wantedCondition(request, wish),
    repeat: repeatFromProto(wish.repeat, "alert.repeat"),
    alreadyTrue: alreadyTrueFromProto(wish.alreadyTrue, "alert.already_true"),
    bandPercent: bandFrom(wish.bandPercent),
    note: noteFrom(wish.note),
    createTimeMs: nowMs,
    updateTimeMs: nowMs,
    revision: 1,
  };
}

/** The request's id with a hash of all it asks for; null without an id. Throws INVALID_ARGUMENT for an id that is no UUID. */
export function requestKey(request: CreateAlertRequest): { id: string; hash: string } | null {
  if (request.requestId === "") return null;
  if (!UUID.test(request.requestId)) throw AppError.invalidField("request_id", "FIELD_INVALID", "must be a UUID");
  const hash = createHash("sha256").update(CreateAlertRequest.encode(request).finish()).digest("hex");
  return { id: request.requestId.toLowerCase(), hash };
}

/** The alert as an update wants it. Throws ABORTED ETAG_STALE, or INVALID_ARGUMENT. */
export function editFromRequest(alert: Alert, { alert: wish, updateMask, text }: UpdateAlertRequest): AlertEdit {
  if (wish === undefined) throw AppError.invalidField("alert", "FIELD_REQUIRED", "must be set");
  checkEtag(alert, wish.etag);
  const paths = editablePaths(updateMask ?? [], text !== "");
  const has = (path: (typeof EDITABLE)[number]) => paths.includes(path);
  const edited: Alert = {
    ...alert,
    condition: has("condition") ? newCondition(alert, wish, text) : alert.condition,
    repeat: has("repeat") ? repeatFromProto(wish.repeat, "alert.repeat") : alert.repeat,
    alreadyTrue: has("already_true") ? alreadyTrueFromProto(wish.alreadyTrue, "alert.already_true") : alert.alreadyTrue,
    bandPercent: has("band_percent") ? bandFrom(wish.bandPercent) : alert.bandPercent,
    note: has("note") ? noteFrom(wish.note) : alert.note,
  };
  return { alert: edited, rearm: paths.some((path) => REARMING.includes(path)) };
}

/** Throws ABORTED ETAG_STALE if an etag is given and the alert has changed since. */
export function checkEtag(alert: Alert, etag: string): void {
  if (etag === "" || etag === etagOf(alert)) return;
  throw new AppError("ABORTED", "ETAG_STALE", "the alert has changed since its etag was read", {
    hint: "Read it again, look at what has changed, and decide anew.",
  });
}

function wantedCondition({ text }: CreateAlertRequest, wish: AlertMessage): { symbol: string; condition: Condition } {
  if (text === "") {
    if (wish.symbol === "")
      throw AppError.invalidField("alert.symbol", "FIELD_REQUIRED", "must be set, or text instead");
    return { symbol: parseSymbol(wish.symbol), condition: conditionFromProto(wish.condition, "alert.condition") };
  }
  if (wish.symbol !== "" || wish.condition !== undefined) {
    throw AppError.invalidField("text", "FIELD_INVALID", "must be empty when alert.symbol or alert.condition is set");
  }
  return parseCondition(text);
}

/** `above 210`, or with the symbol in front, which must be the alert's own. */
function newCondition(alert: Alert, wish: AlertMessage, text: string): Condition {
  if (text === "") return conditionFromProto(wish.condition, "alert.condition");
  if (wish.condition !== undefined)
    throw AppError.invalidField("text", "FIELD_INVALID", "must be empty when alert.condition is set");
  const first = text.trim().split(/\s+/, 1)[0] ?? "";
  const isWhole = first.toUpperCase() === alert.symbol;
  const { condition } = parseCondition(isWhole ? text : `${alert.symbol} ${text}`);
  return condition;
}

function editablePaths(mask: readonly string[], hasText: boolean): string[] {
  const strange = mask.find((path) => !EDITABLE.some((known) => known === path));
  if (strange !== undefined) {
    throw AppError.invalidField(
      "update_mask",
      "UPDATE_MASK",
      `"${strange}" cannot be changed`,
      `One can change ${EDITABLE.join(", ")}.`,
    );
  }
  const paths = hasText ? [...new Set([...mask, "condition"])] : [...mask];
  if (paths.length === 0) throw AppError.invalidField("update_mask", "UPDATE_MASK", "must name at least one field");
  return paths;
}

function bandFrom(text: string): string {
  return text === "" ? USUAL_BAND_PERCENT : parseBandPercent(text);
}

function noteFrom(note: string): string {
  if (note.length > LONGEST_NOTE) {
    throw AppError.invalidField("alert.note", "FIELD_INVALID", `must have at most ${LONGEST_NOTE} characters`);
  }
  if (UNPRINTABLE.test(note))
    throw AppError.invalidField("alert.note", "FIELD_INVALID", "must be plain text on one line");
  return note;
}
