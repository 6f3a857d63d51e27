import { expect } from "chai";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { within } from "./within.ts";

describe("within()", () => {
  it("gives what comes in time, and forgets its limit", async () => {
    const clock = new FakeClock(0);
    expect(await within(1_000, clock, () => Promise.resolve("here"))).to.equal("here");
    expect(clock.sleeping).to.equal(0);
  });

  it("gives up on what never ends, and tells it so", async () => {
    const clock = new FakeClock(0);
    let told: AbortSignal | undefined;
    const waiting = within(1_000, clock, (signal) => {
      told = signal;
      return new Promise<string>(() => undefined);
    });
    clock.advance(1_000);
    expect(await waiting).to.equal(undefined);
    expect(told?.aborted).to.equal(true);
  });

  it("passes on a failure that comes in time", async () => {
    const failed = await within(1_000, new FakeClock(0), () => Promise.reject(new Error("no"))).catch(String);
    expect(failed).to.equal("Error: no");
  });
});
