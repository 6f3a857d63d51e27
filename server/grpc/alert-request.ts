import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Alert, AlreadyTrue } from "../../domain/alert.ts";
import type { Condition } from "../../domain/condition.ts";
import { parseCondition } from "../../domain/condition-language.ts";
import { AppError } from "../../domain/error.ts";
import { FieldProblems } from "../../domain/field-problems.ts";
import { parseBandPercent } from "../../domain/price.ts";
import { parseSymbol } from "../../domain/symbol.ts";
import { alreadyTrueFromProto, conditionFromProto, etagOf, repeatFromProto } from "../../proto/convert/alert.ts";
import { Alert as AlertMessage } from "../../proto/gen/tickerbell/v1/alert.ts";
import { CreateAlertRequest, type UpdateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import type { AlertEdit } from "../store.ts";

const USUAL_BAND_PERCENT = "0.5";
const PLAIN_DECIMAL = /^\d{1,2}(\.\d{1,4})?$/;
const LONGEST_NOTE = 200;
// A control character, or what a decoder puts in the place of bytes that are no text.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffd]/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const EDITABLE = ["condition", "repeat", "already_true", "band_percent", "note"] as const;

/** Stands where a field was refused; never stored, because the refusal is thrown before. */
const NOTHING: { symbol: string; condition: Condition } = { symbol: "", condition: { kind: "above", level: 1 } };

/** What a request to create an alert asks for; who asks and when is filled in. Throws INVALID_ARGUMENT with every bad field. */
export function alertFromRequest(request: CreateAlertRequest, id: string, userId: string, nowMs: number): Alert {
  const wish = request.alert ?? AlertMessage.fromPartial({});
  const problems = new FieldProblems();
  const alert: Alert = {
    id,
    userId,
    ...wantedCondition(request, wish, problems),
    repeat: problems.read("alert.repeat", "once", () => repeatFromProto(wish.repeat, "alert.repeat")),
    alreadyTrue: problems.read("alert.already_true", "wait", () => alreadyTrueFrom(wish)),
    bandPercent: problems.read("alert.band_percent", "", () => bandFrom(wish.bandPercent)),
    note: problems.read("alert.note", "", () => noteFrom(wish.note)),
    createTimeMs: nowMs,
    updateTimeMs: nowMs,
    revision: 1,
  };
  problems.read("request_id", null, () => requestKey(request));
  problems.check();
  return alert;
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
  const problems = new FieldProblems();
  const edit = <Key extends keyof Alert>(path: (typeof EDITABLE)[number], key: Key, read: () => Alert[Key]) =>
    paths.includes(path)
      ? problems.read(path === "condition" && text !== "" ? "text" : `alert.${path}`, alert[key], read)
      : alert[key];
  const edited: Alert = {
    ...alert,
    condition: edit("condition", "condition", () => newCondition(alert, wish, text)),
    repeat: edit("repeat", "repeat", () => repeatFromProto(wish.repeat, "alert.repeat")),
    alreadyTrue: edit("already_true", "alreadyTrue", () => alreadyTrueFrom(wish)),
    bandPercent: edit("band_percent", "bandPercent", () => bandFrom(wish.bandPercent)),
    note: edit("note", "note", () => noteFrom(wish.note)),
  };
  problems.check();
  return { alert: edited, rearm: watchesForElse(alert, edited) };
}

/** Only a change arms an alert anew; a value that is sent again as it was changes nothing. */
function watchesForElse(before: Alert, after: Alert): boolean {
  const watched = ({ condition, repeat, bandPercent }: Alert) => [condition, repeat, bandPercent];
  return !isDeepStrictEqual(watched(before), watched(after));
}

/** Throws ABORTED ETAG_STALE if an etag is given and the alert has changed since. */
export function checkEtag(alert: Alert, etag: string): void {
  if (etag === "" || etag === etagOf(alert)) return;
  throw new AppError("ABORTED", "ETAG_STALE", "the alert has changed since its etag was read", {
    hint: "Read it again, look at what has changed, and decide anew.",
  });
}

function wantedCondition({ text }: CreateAlertRequest, wish: AlertMessage, problems: FieldProblems) {
  if (text !== "") return problems.read("text", NOTHING, () => conditionFromText(text, wish));
  return {
    symbol: problems.read("alert.symbol", NOTHING.symbol, () => symbolFrom(wish.symbol)),
    condition: problems.read("alert.condition", NOTHING.condition, () =>
      conditionFromProto(wish.condition, "alert.condition"),
    ),
  };
}

function conditionFromText(text: string, wish: AlertMessage): { symbol: string; condition: Condition } {
  if (wish.symbol === "" && wish.condition === undefined) return parseCondition(text);
  throw AppError.invalidField("text", "FIELD_INVALID", "must be empty when alert.symbol or alert.condition is set");
}

function symbolFrom(text: string): string {
  if (text !== "") return parseSymbol(text);
  throw AppError.invalidField("alert.symbol", "FIELD_REQUIRED", "must be set, or text instead");
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
      `"${strange.slice(0, 50)}" cannot be changed`,
      `One can change ${EDITABLE.join(", ")}.`,
    );
  }
  const paths = hasText ? [...new Set([...mask, "condition"])] : [...mask];
  if (paths.length === 0) throw AppError.invalidField("update_mask", "UPDATE_MASK", "must name at least one field");
  return paths;
}

function alreadyTrueFrom(wish: AlertMessage): AlreadyTrue {
  return alreadyTrueFromProto(wish.alreadyTrue, "alert.already_true");
}

function bandFrom(text: string): string {
  if (text === "") return USUAL_BAND_PERCENT;
  if (PLAIN_DECIMAL.test(text)) return parseBandPercent(text);
  throw AppError.invalidField(
    "alert.band_percent",
    "FIELD_INVALID",
    "must be a percentage from 0 to 50 in plain digits, with at most 4 decimals",
    "Such as 0.5, without a sign.",
  );
}

function noteFrom(note: string): string {
  if (note.length > LONGEST_NOTE && Array.from(note).length > LONGEST_NOTE) {
    throw AppError.invalidField("alert.note", "FIELD_INVALID", `must have at most ${LONGEST_NOTE} characters`);
  }
  if (UNPRINTABLE.test(note))
    throw AppError.invalidField("alert.note", "FIELD_INVALID", "must be plain text on one line");
  return note;
}
