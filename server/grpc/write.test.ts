import { expect } from "chai";
import { EventEmitter } from "node:events";
import { writeTo, type WritableCall } from "./write.ts";

/** A call whose client takes nothing for now. */
class SlowCall extends EventEmitter implements WritableCall<string> {
  readonly written: string[] = [];
  cancelled = false;
  destroyed = false;

  write(message: string): boolean {
    this.written.push(message);
    return false;
  }
}

describe("writeTo()", () => {
  for (const event of ["drain", "close", "cancelled"]) {
    it(`waits for a slow client until ${event}, and leaves no listener behind`, async () => {
      const call = new SlowCall();
      let isOver = false;
      const writing = writeTo(call, "a").then(() => (isOver = true));
      await new Promise(setImmediate);
      expect([call.written, isOver]).to.deep.equal([["a"], false]);
      call.emit(event);
      await writing;
      expect(call.eventNames()).to.deep.equal([]);
    });
  }

  it("writes nothing to a client that is gone", async () => {
    const call = new SlowCall();
    call.cancelled = true;
    await writeTo(call, "a");
    call.cancelled = false;
    call.destroyed = true;
    await writeTo(call, "a");
    expect(call.written).to.deep.equal([]);
  });

  it("does not wait for a client that keeps up", async () => {
    const call = new SlowCall();
    call.write = () => true;
    await writeTo(call, "a");
    expect(call.eventNames()).to.deep.equal([]);
  });
});
