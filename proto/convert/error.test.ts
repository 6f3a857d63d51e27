import { expect } from "chai";
import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { AppError, ERROR_REASONS, type ErrorCode } from "../../domain/error.ts";
import { ErrorReason } from "../gen/tickerbell/v1/error.ts";
import { errorFromStatus, reasonFromProto, reasonToProto, statusFromError } from "./error.ts";

const CODES: readonly ErrorCode[] = [
  "INVALID_ARGUMENT",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "UNAUTHENTICATED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "RESOURCE_EXHAUSTED",
  "UNAVAILABLE",
  "DEADLINE_EXCEEDED",
  "CANCELLED",
  "DATA_LOSS",
  "INTERNAL",
];

/** As a client receives it. */
function received(parts: { code: status; details: string; metadata?: Metadata }): ServiceError {
  return Object.assign(new Error(parts.details), { metadata: new Metadata(), ...parts });
}

const roundTrip = (error: AppError): AppError => errorFromStatus(received(statusFromError(error)));
const plain = ({ code, reason, message, hint, fields }: AppError) => ({ code, reason, message, hint, fields });

describe("an error on the wire", () => {
  for (const code of CODES) {
    it(`comes back as it was: ${code}`, () => {
      const error = new AppError(code, "STATE_CONFLICT", `a message: "ü" % \u20ac`, { hint: "bell up" });
      expect(plain(roundTrip(error))).to.deep.equal(plain(error));
    });
  }

  for (const reason of ERROR_REASONS) {
    it(`keeps its reason: ${reason}`, () => {
      expect(roundTrip(new AppError("INTERNAL", reason, "x")).reason).to.equal(reason);
      expect(reasonFromProto(reasonToProto(reason))).to.equal(reason);
    });
  }

  it("keeps every bad field", () => {
    const error = AppError.invalid(
      [
        { field: "alert.note", reason: "FIELD_INVALID", message: "must be plain" },
        { field: "alert.symbol", reason: "SYMBOL_FORMAT", message: "is none" },
      ],
      "like AAPL",
    );
    expect(plain(roundTrip(error))).to.deep.equal(plain(error));
  });

  it("keeps when to come again", () => {
    const error = new AppError("UNAVAILABLE", "STORE_UNAVAILABLE", "the disk is busy", { retryAfterMs: 1_500 });
    expect(roundTrip(error).retryAfterMs).to.equal(1_500);
    expect(roundTrip(new AppError("UNAVAILABLE", "STORE_UNAVAILABLE", "gone")).retryAfterMs).to.equal(null);
  });

  it("cuts a long message, and mends half characters, which would end the call or the process", () => {
    const long = new AppError("NOT_FOUND", "ALERT_NOT_FOUND", "\u20ac".repeat(100_000));
    expect(statusFromError(long).details).to.have.length(1_001);
    const halved = AppError.invalidField("symbol", "SYMBOL_FORMAT", `"${"a".repeat(39)}\ud83d…" is none`);
    const { details } = statusFromError(halved);
    expect(() => encodeURI(details)).not.to.throw();
    expect(roundTrip(halved).fields[0]?.message).to.include("\ufffd…");
    const cut = statusFromError(new AppError("NOT_FOUND", "ALERT_NOT_FOUND", `${"x".repeat(999)}\u{1f600}`)).details;
    expect(() => encodeURI(cut)).not.to.throw();
  });

  it("never carries its cause", () => {
    const error = new AppError("UNAVAILABLE", "STORE_UNAVAILABLE", "away", { cause: new Error("SELECT secret") });
    const { details, metadata } = statusFromError(error);
    expect(details + JSON.stringify(metadata.getMap())).not.to.include("secret");
  });

  const withoutDetails: [status, ErrorCode, string][] = [
    [status.UNAVAILABLE, "UNAVAILABLE", "SERVER_UNREACHABLE"],
    [status.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "DEADLINE"],
    [status.CANCELLED, "CANCELLED", "DEADLINE"],
    [status.UNAUTHENTICATED, "UNAUTHENTICATED", "NOT_LOGGED_IN"],
    [status.UNIMPLEMENTED, "INTERNAL", "INTERNAL_ERROR"],
    [status.UNKNOWN, "INTERNAL", "INTERNAL_ERROR"],
    [status.OUT_OF_RANGE, "INVALID_ARGUMENT", "INTERNAL_ERROR"],
  ];
  for (const [code, expectedCode, reason] of withoutDetails) {
    it(`gets the reason that fits when it is not ours: ${status[code]}`, () => {
      const { code: found, reason: why, message } = errorFromStatus(received({ code, details: "said" }));
      expect([found, why, message]).to.deep.equal([expectedCode, reason, "said"]);
    });
  }

  it("is read without its details when those are garbage, or of a newer version", () => {
    const metadata = new Metadata();
    metadata.set("grpc-status-details-bin", Buffer.from("ffff", "hex"));
    expect(errorFromStatus(received({ code: status.NOT_FOUND, details: "gone", metadata }))).to.include({
      code: "NOT_FOUND",
      message: "gone",
    });
    expect(reasonFromProto(9_999 as ErrorReason)).to.equal("INTERNAL_ERROR");
  });
});

describe("the reasons of domain and contract", () => {
  it("are the same", () => {
    const wire = Object.keys(ErrorReason).filter((name) => !/^-?\d+$/.test(name));
    const known = wire.filter((name) => name !== "UNSPECIFIED" && name !== "UNRECOGNIZED");
    expect(known.sort()).to.deep.equal([...ERROR_REASONS].sort());
    expect(new Set(ERROR_REASONS.map(reasonToProto)).size).to.equal(ERROR_REASONS.length);
  });
});
