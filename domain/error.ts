// The one error of the project. A code says what the caller can do about it (gRPC's names), a reason says what happened
// (a closed list, the same words in every client), the hint names the command or setting that mends it.

/** gRPC's canonical codes, by name; the tables at each edge turn them into a status, an exit code. */
export type ErrorCode =
  | "INVALID_ARGUMENT"
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "PERMISSION_DENIED"
  | "UNAUTHENTICATED"
  | "FAILED_PRECONDITION"
  | "ABORTED"
  | "RESOURCE_EXHAUSTED"
  | "UNAVAILABLE"
  | "DEADLINE_EXCEEDED"
  | "CANCELLED"
  | "DATA_LOSS"
  | "INTERNAL";

/** Why a call was refused. Mirrors `tickerbell.v1.ErrorReason`; a test holds the two against each other. */
export const ERROR_REASONS = [
  "FIELD_REQUIRED",
  "FIELD_INVALID",
  "SYMBOL_FORMAT",
  "PRICE_RANGE",
  "CONDITION_SYNTAX",
  "EMAIL_FORMAT",
  "PASSWORD_WEAK",
  "PAGE_TOKEN",
  "FILTER",
  "UPDATE_MASK",
  "REQUEST_ID_REUSED",
  "ETAG_STALE",
  "ALREADY_TRUE",
  "SYMBOL_NOT_TRACKED",
  "STATE_CONFLICT",
  "QUOTE_INVALID",
  "CLOCK_BEHIND",
  "ALERT_NOT_FOUND",
  "QUOTE_NOT_FOUND",
  "NOTIFICATION_NOT_FOUND",
  "CODE_WRONG",
  "LOGIN_FAILED",
  "NOT_LOGGED_IN",
  "SESSION_ENDED",
  "CERTIFICATE_REQUIRED",
  "CERTIFICATE_IDENTITY",
  "ROLE_NOT_ALLOWED",
  "RATE_LIMITED",
  "STORE_LOCKED",
  "STORE_NEWER",
  "STORE_CORRUPT",
  "STORE_UNAVAILABLE",
  "SERVER_UNREACHABLE",
  "SERVER_STOPPING",
  "DEADLINE",
  "TLS_SETUP",
  "CONFIG_INVALID",
  "INTERNAL_ERROR",
  "STORE_FULL",
  "TOO_MANY",
  "READER_TOO_SLOW",
  "ALERT_LIMIT",
  "SYMBOL_UNKNOWN",
  "IMPORT_INVALID",
  "SYMBOL_LIMIT",
  "SOURCE_UNAVAILABLE",
  "USER_SUSPENDED",
  "OPERATOR_REQUIRED",
  "SESSION_REQUIRED",
  "PASSWORD_WRONG",
  "TIME_ZONE",
  "SESSION_NOT_FOUND",
  "ACCESS_TOKEN_NOT_FOUND",
  "USER_NOT_FOUND",
  "CERTIFICATE_REVOKED",
  "CERTIFICATE_EXPIRED",
] as const;
export type ErrorReason = (typeof ERROR_REASONS)[number];

/** One bad field of a request: its path in the contract's spelling and what is wrong with it. */
export interface FieldProblem {
  readonly field: string;
  readonly reason: ErrorReason;
  readonly message: string;
}

export interface AppErrorOptions {
  readonly hint?: string | undefined;
  readonly fields?: readonly FieldProblem[] | undefined;
  /** When the same call may succeed, in milliseconds from now; travels as google.rpc.RetryInfo. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** Thrown for everything a caller can be told; whatever else is thrown is a defect and becomes INTERNAL at the edge. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly reason: ErrorReason;
  /** How to mend it, naming the command or setting; empty when there is nothing to say. */
  readonly hint: string;
  /** Every bad field of the request, not only the first; empty unless INVALID_ARGUMENT. */
  readonly fields: readonly FieldProblem[];
  /** When the same call may succeed, in milliseconds from now; null when nobody knows. */
  readonly retryAfterMs: number | null;

  constructor(code: ErrorCode, reason: ErrorReason, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.reason = reason;
    this.hint = options.hint ?? "";
    this.fields = options.fields ?? [];
    this.retryAfterMs = options.retryAfterMs ?? null;
  }

  /** An INVALID_ARGUMENT for one field. */
  static invalidField(field: string, reason: ErrorReason, message: string, hint?: string): AppError {
    return AppError.invalid([{ field, reason, message }], hint);
  }

  /** An INVALID_ARGUMENT that names every bad field at once; `problems` holds at least one. */
  static invalid(problems: readonly FieldProblem[], hint?: string): AppError {
    const text = problems.map((problem) => `${problem.field}: ${problem.message}`).join("; ");
    return new AppError("INVALID_ARGUMENT", problems[0]?.reason ?? "FIELD_INVALID", text, { fields: problems, hint });
  }
}
