// Errors on the wire: a gRPC status whose details carry google.rpc.ErrorInfo (reason, hint), for bad fields
// google.rpc.BadRequest, and google.rpc.RetryInfo where it is known when to come again. Both directions live here, so that no
// client can drift from what the server says.
import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { AppError, ERROR_REASONS, type ErrorCode, type ErrorReason, type FieldProblem } from "../../domain/error.ts";
import { BadRequest, ErrorInfo, RetryInfo } from "../gen/google/rpc/error_details.ts";
import { Status } from "../gen/google/rpc/status.ts";
import * as errorMessages from "../gen/tickerbell/v1/error.ts";
import { durationFromProto, durationToProto } from "./duration.ts";

const DETAILS_KEY = "grpc-status-details-bin";
const DOMAIN = "tickerbell";
const TYPE_PREFIX = "type.googleapis.com/google.rpc.";
/** Messages travel in the trailers, twice, and a connection dies of trailers beyond 64 kB. */
const LONGEST_MESSAGE = 1_000;
/** The same for each bad field, and for how many of them are told. */
const LONGEST_DESCRIPTION = 200;
const MOST_VIOLATIONS = 20;

/** What a handler hands to gRPC for an error. */
export interface StatusParts {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;
}

/** The gRPC status of an error, with its details. */
export function statusFromError(error: AppError): StatusParts {
  const info = ErrorInfo.fromPartial({
    reason: error.reason,
    domain: DOMAIN,
    metadata: error.hint === "" ? {} : { hint: error.hint },
  });
  const message = plainMessage(error.message);
  const details = [{ typeUrl: `${TYPE_PREFIX}ErrorInfo`, value: Buffer.from(ErrorInfo.encode(info).finish()) }];
  if (error.fields.length > 0) {
    const violations = error.fields.slice(0, MOST_VIOLATIONS).map((problem) => ({
      field: problem.field,
      reason: problem.reason,
      description: plainMessage(problem.message, LONGEST_DESCRIPTION),
    }));
    const badRequest = BadRequest.fromPartial({ fieldViolations: violations });
    details.push({ typeUrl: `${TYPE_PREFIX}BadRequest`, value: Buffer.from(BadRequest.encode(badRequest).finish()) });
  }
  if (error.retryAfterMs !== null) {
    const retry = RetryInfo.fromPartial({ retryDelay: durationToProto(error.retryAfterMs) });
    details.push({ typeUrl: `${TYPE_PREFIX}RetryInfo`, value: Buffer.from(RetryInfo.encode(retry).finish()) });
  }
  const metadata = new Metadata();
  const code = status[error.code];
  metadata.set(DETAILS_KEY, Buffer.from(Status.encode({ code, message, details }).finish()));
  return { code, details: message, metadata };
}

/** The error that a failed call stands for; a status without our details gets the reason that fits its code. */
export function errorFromStatus(failure: ServiceError): AppError {
  const code = codeFromStatus(failure.code);
  const { reason, hint, fields, retryAfterMs } = detailsOf(failure);
  return new AppError(
    code,
    reason ?? fallbackReason(code),
    failure.details === "" ? failure.message : failure.details,
    {
      hint,
      fields,
      retryAfterMs,
      cause: failure,
    },
  );
}

/** The wire's number of a reason. */
export function reasonToProto(reason: ErrorReason): errorMessages.ErrorReason {
  return errorMessages.ErrorReason[reason];
}

/** The reason of a wire number; one that this version does not know becomes INTERNAL_ERROR. */
export function reasonFromProto(reason: errorMessages.ErrorReason): ErrorReason {
  return ERROR_REASONS.find((known) => errorMessages.ErrorReason[known] === reason) ?? "INTERNAL_ERROR";
}

/** What callers wrote may be quoted in it: cut, and without half characters, of which gRPC's encoding of the status dies. */
function plainMessage(text: string, longest = LONGEST_MESSAGE): string {
  return (text.length > longest ? `${text.slice(0, longest)}…` : text).toWellFormed();
}

interface Details {
  reason?: ErrorReason;
  hint?: string;
  fields?: FieldProblem[];
  retryAfterMs?: number;
}

function detailsOf(failure: ServiceError): Details {
  const bytes = failure.metadata.get(DETAILS_KEY)[0];
  if (!(bytes instanceof Buffer)) return {};
  const found: Details = {};
  try {
    for (const { typeUrl, value } of Status.decode(bytes).details) {
      if (typeUrl === `${TYPE_PREFIX}ErrorInfo`) Object.assign(found, infoOf(ErrorInfo.decode(value)));
      if (typeUrl === `${TYPE_PREFIX}BadRequest`) found.fields = fieldsOf(BadRequest.decode(value));
      if (typeUrl === `${TYPE_PREFIX}RetryInfo`) Object.assign(found, retryOf(RetryInfo.decode(value)));
    }
  } catch {
    return {}; // details that cannot be read are no details; code and message still speak
  }
  return found;
}

function infoOf(info: ErrorInfo): Details {
  const reason = knownReason(info.reason);
  const hint = info.metadata["hint"];
  return { ...(reason === undefined ? {} : { reason }), ...(hint === undefined ? {} : { hint }) };
}

function retryOf({ retryDelay }: RetryInfo): Details {
  return retryDelay === undefined ? {} : { retryAfterMs: durationFromProto(retryDelay) };
}

function fieldsOf(request: BadRequest): FieldProblem[] {
  return request.fieldViolations.map(({ field, reason, description }) => ({
    field,
    reason: knownReason(reason) ?? "FIELD_INVALID",
    message: description,
  }));
}

function knownReason(text: string): ErrorReason | undefined {
  return ERROR_REASONS.find((reason) => reason === text);
}

function codeFromStatus(code: status): ErrorCode {
  switch (code) {
    case status.OK:
    case status.UNKNOWN:
    case status.UNIMPLEMENTED:
    case status.INTERNAL:
      return "INTERNAL";
    case status.OUT_OF_RANGE:
      return "INVALID_ARGUMENT";
    default:
      return status[code] as ErrorCode;
  }
}

function fallbackReason(code: ErrorCode): ErrorReason {
  if (code === "UNAVAILABLE") return "SERVER_UNREACHABLE";
  if (code === "DEADLINE_EXCEEDED" || code === "CANCELLED") return "DEADLINE";
  if (code === "UNAUTHENTICATED") return "NOT_LOGGED_IN";
  return "INTERNAL_ERROR";
}
