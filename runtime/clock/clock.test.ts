import { getEventListeners } from "node:events";
import { expect } from "chai";
import { systemClock } from "./clock.ts";

describe("systemClock.sleep()", () => {
  it("ends when the time is over, and leaves nothing behind on the signal", async () => {
    const { signal } = new AbortController();
    await systemClock.sleep(1, signal);
    expect(getEventListeners(signal, "abort")).to.deep.equal([]);
  });

  it("rejects with the signal's own reason", async () => {
    const reason = new Error("enough");
    const enough = new AbortController();
    const slept = systemClock.sleep(3_600_000, enough.signal);
    enough.abort(reason);
    expect(await slept.catch((error: unknown) => error)).to.equal(reason);
    expect(await systemClock.sleep(3_600_000, enough.signal).catch((error: unknown) => error)).to.equal(reason);
  });
});
