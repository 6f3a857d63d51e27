import { expect } from "chai";
import { AppError } from "../domain/error.ts";
import { EXIT, EXIT_CODE_HELP, exitCodeOf } from "./exit-codes.ts";
import { UsageError } from "./usage-error.ts";

describe("exitCodeOf()", () => {
  const cases: readonly (readonly [title: string, error: unknown, code: number])[] = [
    ["wrong usage", new UsageError("unknown option", ""), 2],
    ["a bad value", new AppError("INVALID_ARGUMENT", "PRICE_RANGE", ""), 2],
    ["something absent", new AppError("NOT_FOUND", "ALERT_NOT_FOUND", ""), 3],
    ["a forbidden call", new AppError("PERMISSION_DENIED", "ROLE_NOT_ALLOWED", ""), 4],
    ["nobody logged in", new AppError("UNAUTHENTICATED", "NOT_LOGGED_IN", ""), 5],
    ["a conflict", new AppError("FAILED_PRECONDITION", "ALREADY_TRUE", ""), 6],
    ["a stale etag", new AppError("ABORTED", "ETAG_STALE", ""), 6],
    ["too many calls", new AppError("RESOURCE_EXHAUSTED", "RATE_LIMITED", ""), 7],
    ["a full disk", new AppError("RESOURCE_EXHAUSTED", "STORE_FULL", ""), 7],
    ["damaged data", new AppError("DATA_LOSS", "STORE_CORRUPT", ""), 65],
    ["an absent server", new AppError("UNAVAILABLE", "SERVER_UNREACHABLE", ""), 69],
    ["a slow server", new AppError("DEADLINE_EXCEEDED", "DEADLINE", ""), 69],
    ["a defect in the server", new AppError("INTERNAL", "INTERNAL_ERROR", ""), 70],
    ["a mistake in the settings", new AppError("FAILED_PRECONDITION", "CONFIG_INVALID", ""), 78],
    ["a missing certificate", new AppError("FAILED_PRECONDITION", "TLS_SETUP", ""), 78],
    ["a certificate for nobody", new AppError("UNAUTHENTICATED", "CERTIFICATE_IDENTITY", ""), 78],
    ["Ctrl-C", new AppError("CANCELLED", "DEADLINE", ""), 130],
    ["a defect of our own", new TypeError("x is undefined"), 1],
  ];
  for (const [title, error, code] of cases)
    it(`is ${code} for ${title}`, () => expect(exitCodeOf(error)).to.equal(code));

  it("stands in the help with every code", () => {
    for (const code of Object.values(EXIT)) expect(EXIT_CODE_HELP).to.match(new RegExp(`(^|\\s)${code} `));
  });
});
