import { expect } from "chai";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { limits } from "../../runtime/grpc/limits.ts";
import { AppError } from "../../domain/error.ts";
import type { Role } from "../../domain/role.ts";
import { CallLimits, type LimitedCaller } from "./call-limits.ts";

const CALL = { path: "/call", isStream: false };
const STREAM = { path: "/stream", isStream: true };

describe("CallLimits", () => {
  let clock: FakeClock;
  let callLimits: CallLimits;
  beforeEach(() => {
    clock = new FakeClock(0);
    callLimits = new CallLimits(clock, {
      ...limits,
      callsAtOnce: 2,
      callsPerSecond: 10,
      callsBurst: 3,
      streamsPerPeer: 1,
    });
  });

  const peer = (role: Role = "cli", name = "local"): LimitedCaller => ({ peer: { role, name }, user: null });
  const user = (id: string): LimitedCaller => ({ peer: { role: "gateway", name: "one" }, user: { record: { id } } });
  const refusal = (caller: LimitedCaller, method = CALL, address = "1.2.3.4"): string => {
    try {
      callLimits.enter(caller, method, address);
      return "in";
    } catch (error) {
      return error instanceof AppError ? `${error.code} ${error.reason} ${error.retryAfterMs ?? ""}`.trimEnd() : "?";
    }
  };

  it("lets so many calls be under way, and the next when one has ended, however often that is told", () => {
    const leave = callLimits.enter(peer(), CALL, "1.2.3.4");
    callLimits.enter(peer(), CALL, "1.2.3.4");
    expect(refusal(peer())).to.equal("RESOURCE_EXHAUSTED TOO_MANY");
    leave();
    leave();
    clock.advance(1_000);
    expect([refusal(peer()), refusal(peer())]).to.deep.equal(["in", "RESOURCE_EXHAUSTED TOO_MANY"]);
  });

  it("says how long a caller has to wait who calls too fast", () => {
    for (let call = 0; call < 3; call += 1) callLimits.enter(peer(), CALL, "1.2.3.4")();
    expect(refusal(peer())).to.equal("RESOURCE_EXHAUSTED RATE_LIMITED 100");
    clock.advance(100);
    expect(refusal(peer())).to.equal("in");
  });

  it("counts each method's streams by themselves, each address, and each user behind a gateway", () => {
    const leave = callLimits.enter(peer(), STREAM, "1.2.3.4");
    expect(refusal(peer(), STREAM)).to.equal("RESOURCE_EXHAUSTED TOO_MANY");
    expect(refusal(peer(), { path: "/other", isStream: true })).to.equal("in");
    expect(refusal(peer(), STREAM, "5.6.7.8")).to.equal("in");
    for (let stream = 0; stream < limits.streamsPerUser; stream += 1) callLimits.enter(user("a"), STREAM, "1.2.3.4");
    expect([refusal(user("a"), STREAM), refusal(user("b"), STREAM)]).to.deep.equal([
      "RESOURCE_EXHAUSTED TOO_MANY",
      "in",
    ]);
    leave();
    expect(refusal(peer(), STREAM)).to.equal("in");
  });

  it("gives a gateway room for the people behind it", () => {
    for (let stream = 0; stream < limits.streamsPerGateway; stream += 1) {
      callLimits.enter(peer("gateway"), STREAM, "1.2.3.4");
    }
    expect(refusal(peer("gateway"), STREAM)).to.equal("RESOURCE_EXHAUSTED TOO_MANY");
  });
});
