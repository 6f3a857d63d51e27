import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { DAY_MS } from "../../domain/time.ts";
import type { ServerLook } from "./ask-server.ts";
import { judgeRevocations, judgeServer, judgeShownCertificates } from "./server.ts";
import { NOW, sampleAnswer, shown } from "./testing/sample-answer.ts";

describe("judgeServer()", () => {
  const server = "localhost:50051";
  const failure = new AppError("UNAVAILABLE", "SERVER_UNREACHABLE", "nobody listens", { hint: "./bell up" });
  const cases: readonly (readonly [look: ServerLook, state: string, message: string, hint: string])[] = [
    [sampleAnswer(), "ok", "localhost:50051 answers in 4 ms", ""],
    [{ kind: "failed", server, failure }, "fail", "nobody listens", "./bell up"],
    [{ kind: "failed", server, failure: new AppError("INTERNAL", "INTERNAL_ERROR", "x") }, "fail", "x", "BELL_SERVER"],
    [{ kind: "unasked", server, tcp: "connected" }, "fail", "is there, but cannot be asked", "mend them first"],
    [{ kind: "unasked", server, tcp: "refused" }, "fail", "nobody listens at localhost:50051", "./bell up"],
    [{ kind: "unasked", server, tcp: "unknown" }, "fail", "the host name of localhost:50051 is unknown", "BELL_SERVER"],
    [{ kind: "unasked", server, tcp: "silent" }, "fail", "does not answer", "BELL_SERVER"],
    [{ kind: "late", server }, "fail", "takes too long", "its log"],
    [{ kind: "unknown" }, "fail", "BELL_SERVER cannot be read", "mend BELL_SERVER"],
  ];
  for (const [look, state, message, hint] of cases) {
    it(`says "${message}" of one that ${look.kind === "unasked" ? `is ${look.tcp}` : `has ${look.kind}`}`, () => {
      const finding = judgeServer(look);
      expect(finding).to.include({ name: "server", state });
      expect(finding.message).to.include(message);
      expect(finding.hint).to.include(hint);
    });
  }
});

describe("judgeRevocations()", () => {
  it("says nothing of a list that is sound, nor of a server that tells of none", () => {
    expect(judgeRevocations(sampleAnswer())).to.deep.equal([]);
    expect(judgeRevocations(sampleAnswer({ revocations: { certificateCount: 3, detail: "" } }))).to.deep.equal([]);
  });

  it("tells what is wrong with the file, and how its lines are written", () => {
    const [found] = judgeRevocations(
      sampleAnswer({ revocations: { certificateCount: 3, detail: "has a bad line 2" } }),
    );
    expect(found).to.include({ name: "revoked.txt", state: "fail" });
    expect(found?.message).to.include("the server's list has a bad line 2");
    expect(found?.hint).to.include("SERIAL DATE REASON");
  });
});

describe("judgeShownCertificates()", () => {
  it("says nothing of those that live on", () => expect(judgeShownCertificates(sampleAnswer(), NOW)).to.deep.equal([]));

  it("warns of one that ends within 30 days, and tells one that has expired", () => {
    const notifiers = [{ certificate: shown("notifier", -DAY_MS) }];
    const found = judgeShownCertificates(
      sampleAnswer({ serverCertificate: shown("server", 29 * DAY_MS), notifiers }),
      NOW,
    );
    expect(found.map(({ name, state }) => [name, state])).to.deep.equal([
      ["server shows", "warn"],
      ["notifier shows", "fail"],
    ]);
    expect(found[0]?.message).to.include("the certificate that server local shows ends in 29 days");
    expect(found[1]?.message).to.include("expired on 2026-11-21 14:30 UTC");
    expect(found[1]?.hint).to.include("make certs");
  });
});
