import { expect } from "chai";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import { storeError } from "../../runtime/sqlite/store-error.ts";
import { EXAMPLE_START_MS } from "../../test/examples.ts";
import { SETTLED_MS, StoreCondition } from "./store-condition.ts";

const failure = (code: string) => storeError(Object.assign(new Error(`it said ${code}`), { code }), "/data/test.db");

describe("StoreCondition", () => {
  const begin = () => {
    const clock = new FakeClock(EXAMPLE_START_MS);
    const lines: string[] = [];
    const condition = new StoreCondition(clock, createLog("test", "debug", { write: (line) => void lines.push(line) }));
    return { condition, clock, lines };
  };

  it("tells what is wrong now, each time that it is something else, and not again while it is the same", () => {
    const { condition, lines } = begin();
    const told: string[] = [];
    condition.onChange((state) => told.push(state));
    for (const code of ["SQLITE_BUSY", "SQLITE_BUSY", "SQLITE_FULL", "SQLITE_FULL", "SQLITE_IOERR_FSYNC"]) {
      condition.note(failure(code));
    }
    expect(condition.detail).to.include("it said SQLITE_IOERR_FSYNC");
    expect(() => condition.assertWritable()).to.throw("it said SQLITE_IOERR_FSYNC");
    expect(lines).to.have.length(3);
    expect(told, "the state changed once").to.deep.equal(["readOnly"]);
  });

  it("keeps the write that nobody knows the end of, whatever comes after it", () => {
    const { condition, clock } = begin();
    condition.note(failure("SQLITE_IOERR_FSYNC"));
    condition.note(failure("SQLITE_FULL"));
    clock.advance(SETTLED_MS);
    condition.noteCommitted(true);
    expect(() => condition.assertWritable()).to.throw("it said SQLITE_IOERR_FSYNC");
    expect([condition.state, condition.mayRecover]).to.deep.equal(["readOnly", false]);
  });

  it("does not take the end of a lock for room on the disk", () => {
    const { condition, clock } = begin();
    for (const code of ["SQLITE_FULL", "SQLITE_BUSY"]) condition.note(failure(code));
    clock.advance(SETTLED_MS);
    condition.noteCommitted(false);
    expect(condition.state).to.equal("readOnly");
    condition.noteCommitted(true);
    expect([condition.state, condition.detail]).to.deep.equal(["ready", ""]);
    condition.note(failure("SQLITE_BUSY"));
    condition.noteCommitted(false);
    expect(condition.state, "the next trouble begins anew").to.equal("ready");
  });
});
