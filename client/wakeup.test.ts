import { expect } from "chai";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Wakeup } from "./wakeup.ts";

describe("Wakeup", () => {
  it("wakes who waits", async () => {
    const wakeup = new Wakeup();
    const waiting = wakeup.wait();
    wakeup.ring();
    await waiting;
  });

  it("remembers that it rang before anybody waited, once for any number of rings", async () => {
    const wakeup = new Wakeup();
    wakeup.ring();
    wakeup.ring();
    await wakeup.wait();
    const progress = { isAwake: false };
    const waiting = wakeup.wait().then(() => (progress.isAwake = true));
    await nextTurn();
    expect(progress.isAwake).to.equal(false);
    wakeup.ring();
    await waiting;
  });
});
