import { AppError, type ErrorCode, type ErrorReason } from "../domain/error.ts";
import { UsageError } from "./usage-error.ts";

/** What `bell` tells the shell. */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  notFound: 3,
  permission: 4,
  unauthenticated: 5,
  conflict: 6,
  limit: 7,
  damaged: 65,
  unavailable: 69,
  internal: 70,
  /** `bell fetcher --once`: some symbol's price did not come. */
  incomplete: 75,
  configuration: 78,
  interrupted: 130,
} as const;

/** The same for `bell --help`. */
export const EXIT_CODE_HELP = `Exit codes:
  0 done               4 not permitted        65 damaged data
  1 unexpected         5 not logged in        69 server unavailable
  2 wrong usage        6 conflict             70 defect in the server
  3 not found          7 too many, too fast,  75 no price for some symbol
                         or no room left      78 configuration, certificates
                                             130 interrupted`;

const BY_CODE: Readonly<Record<ErrorCode, number>> = {
  INVALID_ARGUMENT: EXIT.usage,
  NOT_FOUND: EXIT.notFound,
  PERMISSION_DENIED: EXIT.permission,
  UNAUTHENTICATED: EXIT.unauthenticated,
  ALREADY_EXISTS: EXIT.conflict,
  FAILED_PRECONDITION: EXIT.conflict,
  ABORTED: EXIT.conflict,
  RESOURCE_EXHAUSTED: EXIT.limit,
  UNAVAILABLE: EXIT.unavailable,
  DEADLINE_EXCEEDED: EXIT.unavailable,
  CANCELLED: EXIT.interrupted,
  DATA_LOSS: EXIT.damaged,
  INTERNAL: EXIT.internal,
};

/** Whatever code they come with: somebody has to mend a file or a setting first. */
const SETUP_REASONS: readonly ErrorReason[] = [
  "CONFIG_INVALID",
  "TLS_SETUP",
  "CERTIFICATE_REQUIRED",
  "CERTIFICATE_IDENTITY",
  "CERTIFICATE_REVOKED",
  "CERTIFICATE_EXPIRED",
];

/** The one table from errors to exit codes. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (!(error instanceof AppError)) return EXIT.unexpected;
  return SETUP_REASONS.includes(error.reason) ? EXIT.configuration : BY_CODE[error.code];
}
