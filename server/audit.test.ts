import { expect } from "chai";
import { MINUTE_MS } from "../domain/time.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { Audit, type Refusal } from "./audit.ts";
import type { AuditNote } from "./audit-store.ts";

const DENIED: Refusal = {
  action: "call_denied",
  peer: "spiffe://tickerbell/fetcher/main",
  actorId: "",
  actorEmail: "",
  object: "",
  address: "127.0.0.1",
  detail: "ROLE_NOT_ALLOWED",
};

/** Lets what was begun go on to its end. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("Audit", () => {
  let clock: FakeClock;
  let written: AuditNote[][];
  let lines: string[];
  let audit: Audit;
  let isFull: boolean;
  beforeEach(() => {
    clock = new FakeClock(0);
    [written, lines, isFull] = [[], [], false];
    const store = {
      appendEntries: (notes: readonly AuditNote[]) => {
        if (isFull) return Promise.reject(new Error("the disk is full"));
        written.push([...notes]);
        return Promise.resolve();
      },
      listEntries: () => Promise.reject(new Error("nobody asks")),
      removeExpiredEntries: () => Promise.reject(new Error("nobody asks")),
    };
    audit = new Audit({ store, clock, log: createLog("test", "info", { write: (line) => lines.push(line) }) });
  });
  afterEach(() => audit.close());

  it("has what was done on disk when it resolves", async () => {
    await audit.note({ ...DENIED, action: "log_in" });
    expect(written).to.deep.equal([[{ ...DENIED, action: "log_in", count: 1 }]]);
  });

  it("keeps what others wrote on one line, cut", async () => {
    const [detail, kept] = [`x\n${"y".repeat(300)}`, `x?${"y".repeat(198)}`];
    await audit.note({ ...DENIED, detail });
    await audit.noteOwn("certificate_revoke", "2A", detail);
    audit.refuse({ ...DENIED, detail });
    await settle();
    expect(written.flat().map((note) => note.detail)).to.deep.equal([kept, kept, kept]);
  });

  it("writes the first of a kind at once, and its repetitions as one entry at the end of the minute", async () => {
    for (let time = 0; time < 1_000; time += 1) audit.refuse(DENIED);
    audit.refuse({ ...DENIED, address: "127.0.0.2" });
    await settle();
    expect(written.flat().map(({ address, count }) => [address, count])).to.deep.equal([
      ["127.0.0.1", 1],
      ["127.0.0.2", 1],
    ]);
    clock.advance(MINUTE_MS);
    await settle();
    expect(written.flat().slice(2)).to.deep.equal([{ ...DENIED, count: 999 }]);
    audit.refuse(DENIED); // another minute
    await settle();
    expect(written.flat().at(-1)).to.deep.equal({ ...DENIED, count: 1 });
  });

  it("tells a bounded number of kinds apart, and counts the others together", async () => {
    for (let kind = 0; kind < 10_000; kind += 1) audit.refuse({ ...DENIED, detail: `lie ${kind}` });
    await audit.close();
    expect(written.flat()).to.have.length(101);
    expect(written.flat().at(-1)).to.include({ action: "call_denied", count: 9_900, peer: "" });
  });

  it("writes what it has counted when the server stops", async () => {
    audit.refuse(DENIED);
    audit.refuse(DENIED);
    await audit.close();
    expect(written.flat().map(({ count }) => count)).to.deep.equal([1, 1]);
  });

  it("leaves an entry that the store does not take to the log", async () => {
    isFull = true;
    await audit.note(DENIED);
    expect(lines.join("")).to.include("the audit could not be written").and.include("ROLE_NOT_ALLOWED");
  });
});
