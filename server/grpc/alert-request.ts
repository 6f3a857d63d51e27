import { createHash } from "node:crypto";
import type { Alert } from "../../domain/alert.ts";
import { parseCondition, type ParsedCondition } from "../../domain/language/condition-language.ts";
import { AppError } from "../../domain/error.ts";
import { FieldProblems } from "../../domain/field-problems.ts";
import { findSymbolListProblem } from "../../domain/symbol-list.ts";
import { parseSymbol, symbolForm } from "../../domain/symbol.ts";
import type { TimeMs } from "../../domain/time.ts";
import { conditionFromProto } from "../../proto/convert/condition.ts";
import { Alert as AlertMessage } from "../../proto/gen/tickerbell/v1/alert.ts";
import { CreateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { checkAgreement } from "./alert-agreement.ts";
import { readOptions, USUAL_OPTIONS } from "./alert-options.ts";
import { readEach } from "./read-each.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Stands where a field was refused; never stored, because the refusal is thrown before. */
const NOTHING: ParsedCondition = { symbols: [""], condition: { kind: "above", level: 1, forMs: 0 } };

/** What a new alert has that its owner does not say. */
export interface Making {
  readonly id: string;
  readonly userId: string;
  readonly nowMs: TimeMs;
  readonly eventNowMs: TimeMs;
}

/** What a request to create an alert asks for. Throws INVALID_ARGUMENT with every bad field. */
export function alertFromRequest(request: CreateAlertRequest, { id, userId, nowMs, eventNowMs }: Making): Alert {
  const wish = request.alert ?? AlertMessage.fromPartial({});
  const problems = new FieldProblems();
  const { symbols, condition } = wantedCondition(request, wish, problems);
  const alert: Alert = {
    id,
    userId,
    symbol: symbols[0] ?? "",
    symbols,
    condition,
    ...readOptions(wish, USUAL_OPTIONS, { wants: () => true, problems, eventNowMs }),
    createTimeMs: nowMs,
    updateTimeMs: nowMs,
    revision: 1,
  };
  checkAgreement(alert, problems);
  problems.read("request_id", null, () => requestKey(request));
  problems.check();
  return alert;
}

/** Whether it can be a request's id at all. */
export const isRequestId = (text: string): boolean => UUID.test(text);

/** The request's id with a hash of all it asks for; null without an id. Throws INVALID_ARGUMENT for an id that is no UUID. */
export function requestKey(request: CreateAlertRequest): { id: string; hash: string } | null {
  if (request.requestId === "") return null;
  if (!isRequestId(request.requestId)) throw AppError.invalidField("request_id", "FIELD_INVALID", "must be a UUID");
  const hash = createHash("sha256").update(CreateAlertRequest.encode(request).finish()).digest("hex");
  return { id: request.requestId.toLowerCase(), hash };
}

function wantedCondition({ text }: CreateAlertRequest, wish: AlertMessage, problems: FieldProblems): ParsedCondition {
  if (text !== "") return problems.read("text", NOTHING, () => conditionFromText(text, wish));
  return {
    symbols:
      wish.symbols.length > 0
        ? problems.read("alert.symbols", NOTHING.symbols, () => symbolsFrom(wish))
        : problems.read("alert.symbol", NOTHING.symbols, () => [symbolFrom(wish.symbol)]),
    condition: problems.read("alert.condition", NOTHING.condition, () =>
      conditionFromProto(wish.condition, "alert.condition"),
    ),
  };
}

function conditionFromText(text: string, wish: AlertMessage): ParsedCondition {
  if (wish.symbol === "" && wish.symbols.length === 0 && wish.condition === undefined) return parseCondition(text);
  throw AppError.invalidField("text", "FIELD_INVALID", "must be empty when alert.symbol or alert.condition is set");
}

function symbolFrom(text: string): string {
  if (text !== "") return parseSymbol(text);
  throw AppError.invalidField("alert.symbol", "FIELD_REQUIRED", "must be set, or text instead");
}

/** A list that agrees with `alert.symbol`, should that be given too. */
function symbolsFrom(wish: AlertMessage): readonly string[] {
  if (wish.symbols.length === 1) {
    throw AppError.invalidField("alert.symbols", "FIELD_INVALID", "must have 2 to 50: one goes into alert.symbol");
  }
  const symbols = readEach("alert.symbols", wish.symbols, parseSymbol);
  const problem = findSymbolListProblem(symbols);
  if (problem !== null) {
    const field = `alert.symbols[${problem.index}]`;
    throw AppError.invalidField(field, "FIELD_INVALID", problem.message, problem.hint);
  }
  if (wish.symbol === "" || symbolForm(wish.symbol) === symbols[0]) return symbols;
  throw AppError.invalidField("alert.symbols", "FIELD_INVALID", "must begin with alert.symbol, if both are set");
}
